import { Cluster } from 'ioredis'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { RiptideError } from '../../../src/core/errors.js'
import { append, echo, errorOf, linkTo, say, until, untilAnswered } from './link-stage.js'
import { type RedisCluster, describeRedis, freshNamespace, startCluster } from './redis-server.js'

describeRedis('a link to a cluster', () => {
  let servers: RedisCluster
  const clients: Cluster[] = []

  beforeAll(async () => {
    servers = await startCluster()
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect()
  })

  const clusterOf = (options = {}): Cluster => {
    const client = new Cluster([...servers.startupNodes], options)
    clients.push(client)
    return client
  }
  const to = (options = {}, more = {}) =>
    linkTo({ client: clusterOf(options), namespace: freshNamespace(), ...more })

  test('runs scripts on the node of its namespace, whichever that is', async () => {
    for (let i = 0; i < 6; i++) {
      const link = await to().opened()
      expect(link.isCluster).toBe(true)
      expect(await link.run(append, link.key, ['x'])).toBe(1)
      expect(await (await servers.ownerOf(link.key)).call('GET', link.key)).toBe('x')
    }
  })

  test('reads where it writes, though the client reads from replicas, connects late and keeps nothing', async () => {
    const link = await to({ scaleReads: 'slave', lazyConnect: true, enableOfflineQueue: false }).opened()
    expect(await link.run(append, link.key, ['x'])).toBe(1)
    expect(await link.run(append, link.key, ['y'])).toBe(2)
  })

  test('follows a slot that moved', async () => {
    const link = await to().opened()
    await servers.moveSlotOf(link.key)
    expect(await link.run(append, link.key, ['x'])).toBe(1)
    expect(await (await servers.ownerOf(link.key)).call('GET', link.key)).toBe('x')
  })

  test('hears messages from any node, and again when the one it listens to is gone', async () => {
    const link = await to().opened()
    const heard: string[] = []
    let back = 0
    link.onReconnect(() => back++)
    link.listen(link.channel, (text) => heard.push(text))
    await until(() => back === 1)
    for (const node of servers.nodes) await node.call('PUBLISH', link.channel, `${node.port}`)
    await until(() => heard.length === 3)
    for (const node of servers.nodes) await node.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await until(() => back === 2)
    await link.run(say, link.key, [link.channel, 'still here'])
    await until(() => heard.includes('still here'))
  })

  test('has no more than its deadline of a node that is silent, and goes on with it when it speaks again', async () => {
    const link = await to({}, { commandTimeoutMs: 500 }).opened()
    const owner = await servers.ownerOf(link.key)
    owner.freeze()
    const since = performance.now()
    expect((await errorOf(link.run(echo, link.key, ['x']))).retryable).toBe(true)
    expect(performance.now() - since).toBeLessThan(1500)
    owner.thaw()
    expect(await untilAnswered(() => link.run(echo, link.key, ['x']), 15_000)).toBe('x')
  })

  test('a cluster that has lost a master is a passing fault for its slots and none for the others', async () => {
    const broken = await startCluster({ 'cluster-require-full-coverage': 'no' })
    const client = new Cluster([...broken.startupNodes])
    clients.push(client)
    const one = await linkTo({ client, namespace: freshNamespace() }).opened()
    const owner = await broken.ownerOf(one.key)
    const other = await (async () => {
      for (;;) {
        const link = linkTo({ client, namespace: freshNamespace() })
        if ((await broken.ownerOf(link.key)) !== owner) return link.opened()
      }
    })()
    await owner.kill()
    expect(await errorOf(one.run(echo, one.key, ['x']))).toMatchObject({ retryable: true })
    expect(await untilAnswered(() => other.run(echo, other.key, ['x']))).toBe('x')
  })

  test('tells when too few replicas have a step, also where the slot moved in between', async () => {
    const link = await to({}, { waitReplicas: 1, commandTimeoutMs: 1000 }).opened()
    expect(await errorOf(link.run(append, link.key, ['x']))).toMatchObject({
      code: 'NOT_REPLICATED',
      facts: { had: 0 },
    })
    /** What a step meets whose slot has moved. A client that has looked for the slots meanwhile meets nothing: once more, then. */
    const movedUnderway = async (): Promise<RiptideError> => {
      await (await servers.ownerOf(link.key)).call('DEL', link.key)
      await servers.moveSlotOf(link.key)
      const error = await errorOf(link.run(append, link.key, ['x']))
      return error.code === 'NOT_REPLICATED' ? movedUnderway() : error
    }
    expect(await movedUnderway()).toMatchObject({ retryable: true, facts: { reply: 'MOVED' } })
    expect((await errorOf(link.run(append, link.key, ['x']))).code).toBe('NOT_REPLICATED')
  })
})
