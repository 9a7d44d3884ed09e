import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import { beforeAll, expect, test } from 'vitest'
import { append, echo, errorOf, linkTo, until } from './link-stage.js'
import { type RedisProcess, describeRedis, freshNamespace, startRedis } from './redis-server.js'

const canary = 'pw-canary-2f9c'

describeRedis('a link of a user', () => {
  let server: RedisProcess
  let users = 0

  beforeAll(async () => {
    server = await startRedis({ 'acl-pubsub-default': 'resetchannels' })
  })

  /** The url of a new user with these rights. */
  const userWith = async (...rights: readonly string[]): Promise<string> => {
    const name = `user${users++}`
    await server.call('ACL', 'SETUSER', name, 'on', `>${canary}`, ...rights)
    return `redis://${name}:${canary}@127.0.0.1:${server.port}`
  }
  const everything = ['~*', '&*', '+@all'] as const

  test('with the right password works, and with all that a queue needs and no more', async () => {
    const namespace = freshNamespace()
    const channels = `&{${namespace}}:*`
    const url = await userWith(`~{${namespace}}:*`, channels, '+@all', '-@dangerous', '-@admin', '+info')
    const link = await linkTo({ url, namespace }).opened()
    expect(await link.run(append, link.key, ['x'])).toBe(1)
    expect(link.lines).toEqual([])
  })

  test('who may not ask for INFO is let in, with a warning of what was not checked', async () => {
    const url = await userWith(...everything, '-info')
    const link = await linkTo({ url, namespace: freshNamespace() }).opened()
    expect(link.lines.map(([level]) => level)).toContain('warn')
  })

  test.each([
    ['a wrong password', [], 'wrong'],
    ['no right to run scripts', [...everything, '-eval', '-evalsha'], canary],
    ['no right to run scripts by digest', [...everything, '-evalsha'], canary],
    ['no right to publish', [...everything, '-publish'], canary],
    ['no right to its channels', ['~*', '+@all'], canary],
    ['no right to its keys', ['~other:*', '&*', '+@all'], canary],
  ] as const)('is refused at once with %s', async (_, rights, password) => {
    const url = (await userWith(...rights)).replace(canary, password)
    const since = performance.now()
    const error = await errorOf(linkTo({ url, namespace: freshNamespace() }).opened())
    expect(error).toMatchObject({ code: 'STORE_DENIED', retryable: false })
    expect(performance.now() - since).toBeLessThan(2000)
  })

  test('is refused without a password where one is needed', async () => {
    const guarded = await startRedis({ requirepass: canary })
    expect(await errorOf(linkTo({ url: guarded.url }).opened())).toMatchObject({
      code: 'STORE_DENIED',
      facts: { reply: 'NOAUTH' },
    })
    const url = guarded.url.replace('://', `://:${canary}@`)
    await linkTo({ url }).opened()
  })

  test('that may not subscribe is told in the log, and the commands go on', async () => {
    const url = await userWith(...everything, '-subscribe')
    const link = await linkTo({ url, namespace: freshNamespace() }).opened()
    link.listen(link.channel, () => undefined)
    await until(() => link.lines.some(([level]) => level === 'error'))
    expect(link.lines.find(([level]) => level === 'error')?.[2]).toMatchObject({ code: 'STORE_DENIED' })
    expect(await link.run(echo, link.key, ['x'])).toBe('x')
  })

  test('whose rights are taken away under way is denied, and works when they are given back', async () => {
    const url = await userWith(...everything)
    const link = await linkTo({ url, namespace: freshNamespace() }).opened()
    await server.call('ACL', 'SETUSER', `user${users - 1}`, '-append')
    expect((await errorOf(link.run(append, link.key, ['x']))).code).toBe('STORE_DENIED')
    await server.call('ACL', 'SETUSER', `user${users - 1}`, '+append')
    expect(await link.run(append, link.key, ['x'])).toBe(1)
  })

  test('shows the password in no error, of whatever kind, and in no log', async () => {
    const url = await userWith(...everything)
    const gone = await startRedis()
    await gone.kill()
    const wrong = url.replace(canary, `${canary}-not`)
    const errors = [
      await errorOf(linkTo({ url: wrong }).opened()),
      await errorOf(
        linkTo({ url: url.replace(`${server.port}`, `${gone.port}`), connectTimeoutMs: 200 }).opened(),
      ),
      await errorOf(
        linkTo({ client: new Redis(wrong, { lazyConnect: true }), connectTimeoutMs: 300 }).opened(),
      ),
    ]
    const link = await linkTo({ url, namespace: freshNamespace() }).opened()
    link.listen(link.channel, () => undefined)
    await server.call('ACL', 'SETUSER', `user${users - 1}`, '-append', '-subscribe')
    errors.push(await errorOf(link.run(append, link.key, ['x'])))
    await server.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await until(() => link.lines.length > 0)
    for (const error of errors) {
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(canary)
      expect(JSON.stringify(error)).not.toContain(canary)
    }
    expect(inspect(link.lines, { depth: 10 })).not.toContain(canary)
    expect(inspect(link, { depth: 10 })).not.toContain(canary)
  })
})
