import { beforeEach, expect, test } from 'vitest'
import { type Stage, linkTo, say, until } from './link-stage.js'
import { type RedisProcess, describeRedis, freshNamespace, startRedis } from './redis-server.js'

describeRedis('listening', () => {
  let server: RedisProcess

  beforeEach(async () => {
    server = await startRedis()
    return () => server.kill()
  })

  const to = (more = {}) => linkTo({ url: server.url, namespace: freshNamespace(), ...more })

  /** Listens, and counts how often it was told that messages may have been lost. */
  const hearing = async (link: Stage, channel = link.channel) => {
    const heard: string[] = []
    const back = { times: 0 }
    link.onReconnect(() => back.times++)
    const stop = link.listen(channel, (text) => heard.push(text))
    await until(() => back.times === 1)
    return { heard, back, stop }
  }

  test('hears what is said from the moment it is told that it listens', async () => {
    const link = await to().opened()
    const { heard } = await hearing(link)
    await link.run(say, link.key, [link.channel, 'e 1 ☃'])
    await until(() => heard.length > 0)
    expect(heard).toEqual(['e 1 ☃'])
  })

  test('hears nothing of other channels, and nothing after it stopped, while others go on', async () => {
    const link = await to().opened()
    const one = await hearing(link)
    const two: string[] = []
    link.listen(link.channel, (text) => two.push(text))
    await link.run(say, link.key, [`${link.channel}x`, 'elsewhere'])
    await link.run(say, link.key, [link.channel, 'both'])
    await until(() => one.heard.length > 0 && two.length > 0)
    one.stop()
    one.stop()
    await link.run(say, link.key, [link.channel, 'one'])
    await until(() => two.length === 2)
    expect(one.heard).toEqual(['both'])
    expect(two).toEqual(['both', 'one'])
  })

  test('leaves a channel that nobody listens to any more', async () => {
    const link = await to().opened()
    const { stop } = await hearing(link)
    expect(await link.run(say, link.key, [link.channel, 'x'])).toBe(1)
    stop()
    await until(async () => (await link.run(say, link.key, [link.channel, 'x'])) === 0)
  })

  test('listens again after its connection was killed, to channels of before and of meanwhile', async () => {
    const link = await to().opened()
    const { heard, back } = await hearing(link)
    await server.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    link.listen(`${link.channel}2`, (text) => heard.push(text))
    await until(() => back.times >= 2)
    await until(async () => (await link.run(say, link.key, [`${link.channel}2`, 'second'])) === 1)
    await link.run(say, link.key, [link.channel, 'first'])
    await until(() => heard.includes('first') && heard.includes('second'))
  })

  test('listens again after the server was killed and started', async () => {
    const link = await to().opened()
    const { heard, back } = await hearing(link)
    await server.kill()
    await server.restart()
    // The commands are back, and the listener.
    await until(() => back.times >= 3)
    await until(async () => (await link.run(say, link.key, [link.channel, 'x'])) === 1)
    await until(() => heard.length > 0)
  })

  test('finds out by itself that the connection it listens on is dead', async () => {
    const link = await to({ commandTimeoutMs: 300 }).opened()
    const { back } = await hearing(link)
    server.freeze()
    await until(() => link.lines.some(([, text]) => text.includes('listening')), 8000)
    server.thaw()
    await until(() => back.times >= 2, 5000)
  })

  test('what a listener throws ends neither the process nor the others', async () => {
    const link = await to().opened()
    link.listen(link.channel, () => {
      throw new Error('oops')
    })
    const { heard } = await hearing(link)
    await link.run(say, link.key, [link.channel, 'x'])
    await until(() => heard.length > 0)
    expect(link.lines.some(([, , fields]) => JSON.stringify(fields).includes('oops'))).toBe(true)
  })

  test('what is listened to before the link is open is heard once it is', async () => {
    const link = to()
    let live = false
    const heard: string[] = []
    link.onReconnect(() => (live = true))
    link.listen(link.channel, (text) => heard.push(text))
    await link.opened()
    await until(() => live)
    await link.run(say, link.key, [link.channel, 'x'])
    await until(() => heard.length > 0)
  })
})
