import { Redis } from 'ioredis'
import { beforeEach, expect, test } from 'vitest'
import { defineScript } from '../../../src/drivers/redis/script.js'
import { append, echo, errorOf, linkTo, until, untilAnswered } from './link-stage.js'
import { type RedisProcess, describeRedis, freshNamespace, startRedis } from './redis-server.js'

describeRedis('a link in trouble', () => {
  let server: RedisProcess

  beforeEach(async () => {
    server = await startRedis({ 'busy-reply-threshold': '50' })
    return () => server.kill()
  })

  const to = (more = {}) => linkTo({ url: server.url, namespace: freshNamespace(), ...more })

  test('teaches the server a script that it forgot, under load too', async () => {
    const link = await to().opened()
    const answers = Array.from({ length: 200 }, async (_, i) => {
      if (i % 20 === 0) await server.call('SCRIPT', 'FLUSH')
      return link.run(echo, link.key, [i])
    })
    expect(await Promise.all(answers)).toEqual(answers.map((_, i) => `${i}`))
  })

  test('detects a silent server within its limit, and works with it when it speaks again', async () => {
    const link = await to({ commandTimeoutMs: 300 }).opened()
    const back: number[] = []
    link.onReconnect(() => back.push(performance.now()))
    server.freeze()
    const since = performance.now()
    const errors = await Promise.all([1, 2, 3].map((i) => errorOf(link.run(echo, link.key, [i]))))
    expect(performance.now() - since).toBeLessThan(1000)
    expect(errors.map(({ code, retryable }) => [code, retryable])).toEqual(
      Array(3).fill(['STORE_TIMEOUT', true]),
    )
    const next = await errorOf(link.run(echo, link.key, ['later']))
    expect(next.retryable).toBe(true)
    server.thaw()
    expect(await untilAnswered(() => link.run(echo, link.key, ['back']), 5000)).toBe('back')
    await until(() => back.length > 0, 5000)
  })

  test('makes a new connection when the old one does not answer, though the server would answer others', async () => {
    const link = await to({ commandTimeoutMs: 300 }).opened()
    const first = String(await server.call('CLIENT', 'LIST')).match(/id=(\d+).*name=riptide-workers/)?.[1]
    await server.call('CLIENT', 'PAUSE', 600, 'ALL')
    expect((await errorOf(link.run(append, link.key, ['x']))).code).toBe('STORE_TIMEOUT')
    await untilAnswered(() => link.run(echo, link.key, ['again']))
    const second = String(await server.call('CLIENT', 'LIST')).match(/id=(\d+).*name=riptide-workers/)?.[1]
    expect(second).not.toBe(first)
  })

  test('rejects what is in flight when the server is killed, and works with the one that takes its place', async () => {
    const link = await to().opened()
    const slow = defineScript('slow', ["local n = 0 while n < 2e8 do n = n + 1 end return 'done'"])
    const inFlight = errorOf(link.run(slow, link.key, []))
    await server.kill()
    expect(await inFlight).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    await until(async () => {
      const error = await errorOf(link.run(echo, link.key, ['']))
      return error.message.includes('ECONNREFUSED')
    })
    await server.restart()
    const since = performance.now()
    expect(await untilAnswered(() => link.run(echo, link.key, ['here']), 5000)).toBe('here')
    expect(performance.now() - since).toBeLessThan(2500)
  })

  test('is only slower while its connections are killed again and again', async () => {
    const link = await to().opened()
    const end = performance.now() + 1500
    let failed = 0
    let answered = 0
    const killing = (async () => {
      while (performance.now() < end) {
        await server.call('CLIENT', 'KILL', 'TYPE', 'normal')
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    })()
    while (performance.now() < end) {
      const sent = link.run(echo, link.key, ['x'])
      await sent.then(
        () => answered++,
        () => failed++,
      )
    }
    await killing
    expect(answered).toBeGreaterThan(100)
    // At most the one that was under way when its connection went.
    expect(failed).toBeLessThan(20)
  })

  test('tells that it is back, once for each time it was away', async () => {
    const link = await to().opened()
    let back = 0
    link.onReconnect(() => back++)
    await server.call('CLIENT', 'KILL', 'TYPE', 'normal')
    await until(() => back === 1)
    expect(await link.run(echo, link.key, ['x'])).toBe('x')
    expect(back).toBe(1)
  })

  test('closes within a second though the server is silent, and leaves no promise behind', async () => {
    const link = await to().opened()
    link.listen(link.channel, () => undefined)
    server.freeze()
    const waiting = [1, 2, 3].map((i) => errorOf(link.run(echo, link.key, [i])))
    const since = performance.now()
    await link.close()
    for (const error of await Promise.all(waiting)) expect(error.code).toBe('STORE_UNAVAILABLE')
    expect(performance.now() - since).toBeLessThan(1000)
  })

  test('goes on where the policy is changed under way, and says so when it connects again', async () => {
    const link = await to().opened()
    await server.call('CONFIG', 'SET', 'maxmemory', '100mb')
    await server.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    await server.call('CLIENT', 'KILL', 'TYPE', 'normal')
    await until(() => link.lines.some(([level, text]) => level === 'error' && text.includes('allkeys-lru')))
    expect(await untilAnswered(() => link.run(append, link.key, ['x']))).toBe(1)
  })

  test('a server that became a replica is a passing fault, and is left as soon as it leads elsewhere', async () => {
    const link = await to().opened()
    await server.call('REPLICAOF', '127.0.0.1', '1')
    const error = await errorOf(link.run(append, link.key, ['x']))
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true, facts: { reply: 'READONLY' } })
    await until(async () => (await errorOf(link.run(append, link.key, ['x']))).facts.role === 'replica')
    // What only reads is not answered from a replica either.
    expect((await errorOf(link.run(echo, link.key, ['x']))).facts.role).toBe('replica')
    await server.call('REPLICAOF', 'NO', 'ONE')
    expect(await untilAnswered(() => link.run(append, link.key, ['x']))).toBe(1)
  })

  test('a server without memory is full, and may have room later', async () => {
    const link = await to().opened()
    await server.call('CONFIG', 'SET', 'maxmemory', '1mb')
    const error = await errorOf(link.run(append, link.key, ['x']))
    expect(error).toMatchObject({ code: 'STORE_FULL', retryable: true, facts: { reply: 'OOM' } })
    await server.call('CONFIG', 'SET', 'maxmemory', '0')
    expect(await link.run(append, link.key, ['x'])).toBe(1)
  })

  test("a server that is busy with another one's script is a passing fault", async () => {
    const link = await to().opened()
    const other = new Redis({ port: server.port, host: '127.0.0.1', retryStrategy: null })
    other.on('error', () => undefined)
    const loop = other.eval('while true do end', 0).catch(() => undefined)
    const busy = async (): Promise<boolean> =>
      (await errorOf(link.run(echo, link.key, ['']))).facts.reply === 'BUSY'
    await until(async () => busy().catch(() => false))
    await server.call('SCRIPT', 'KILL')
    await loop
    other.disconnect()
    expect(await untilAnswered(() => link.run(echo, link.key, ['x']))).toBe('x')
  })

  test('a key that holds something else is corrupt, and another try does not help', async () => {
    const link = await to().opened()
    await server.call('LPUSH', link.key, 'junk')
    expect(await errorOf(link.run(append, link.key, ['x']))).toMatchObject({
      code: 'CORRUPT_KEY',
      retryable: false,
    })
  })

  test('a fault of the script itself is not tried again', async () => {
    const link = await to().opened()
    const wrong = defineScript('wrong', ['return nothing.at.all'])
    expect((await errorOf(link.run(wrong, link.key, []))).retryable).toBe(false)
  })
})
