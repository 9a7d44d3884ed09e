import { describe, expect, test } from 'vitest'
import { isRiptideError } from '../../src/core/errors.js'
import { type Stage, stage } from './stage.js'

const url = 'https://app.example/hooks'
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const other = `whsec_${Buffer.alloc(32, 2).toString('base64')}`

async function refusal(work: unknown): Promise<{ code: string; path: string | undefined; message: string }> {
  try {
    await work
  } catch (error) {
    if (isRiptideError(error)) return { code: error.code, path: error.path, message: error.message }
    throw error
  }
  throw new Error('it was not refused')
}

const notices = ({ store }: Stage): unknown => [...store.kept.values()].map((setting) => setting.notices)

describe('a webhook that is added', () => {
  test('hears all events of all types, and its secret is told once', async () => {
    const on = stage()
    const added = await on.part.addWebhook({ url })
    expect(added).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      url,
      events: ['job.completed', 'job.dead_letter', 'job.cancelled'],
      types: null,
      enabled: true,
      disabledReason: null,
      description: null,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      createdAt: on.clock.now(),
      updatedAt: on.clock.now(),
    })
    const masked = { ...added, secret: `whsec_****${added.secret.slice(-4)}` }
    expect(await on.part.getWebhook(added.id)).toEqual(masked)
    expect(await on.part.listWebhooks()).toEqual([masked])
    expect(notices(on)).toEqual([['completed:*', 'dead_letter:*', 'cancelled:*']])
  })

  test('hears what it asks for, each once and in order', async () => {
    const on = stage()
    const added = await on.part.addWebhook({
      url,
      events: ['job.cancelled', 'job.completed'],
      types: ['b', 'a', 'b'],
      secret,
      description: 'the shop',
    })
    expect(added).toMatchObject({ events: ['job.completed', 'job.cancelled'], types: ['b', 'a'], secret })
    expect(notices(on)).toEqual([['completed:b', 'completed:a', 'cancelled:b', 'cancelled:a']])
  })

  test('makes no notices while it is switched off', async () => {
    const on = stage()
    const { id } = await on.part.addWebhook({ url, enabled: false })
    expect(notices(on)).toEqual([[]])
    await on.part.updateWebhook(id, { enabled: true })
    expect(notices(on)).toEqual([['completed:*', 'dead_letter:*', 'cancelled:*']])
  })

  test.each([
    ['no url', {}, 'REQUIRED', '/url'],
    ['a private address', { url: 'http://127.1/x' }, 'URL_BLOCKED', '/url'],
    ['the metadata service', { url: 'http://169.254.169.254/latest' }, 'URL_BLOCKED', '/url'],
    ['localhost', { url: 'http://localhost:8080/x' }, 'URL_BLOCKED', '/url'],
    ['a mapped address', { url: 'http://[::ffff:a9fe:a9fe]/' }, 'URL_BLOCKED', '/url'],
    ['another scheme', { url: 'gopher://x.example/' }, 'URL_SCHEME', '/url'],
    ['credentials', { url: 'https://u:p@x.example/' }, 'URL_CREDENTIALS', '/url'],
    ['a port', { url: 'https://x.example:6379/' }, 'URL_PORT', '/url'],
    ['no url at all', { url: 'x.example' }, 'URL_INVALID', '/url'],
    ['a number for a url', { url: 7 }, 'URL_INVALID', '/url'],
    ['no events', { url, events: [] }, 'EVENTS_INVALID', '/events'],
    ['an unknown event', { url, events: ['job.exploded'] }, 'EVENTS_INVALID', '/events'],
    ['an event twice', { url, events: ['job.completed', 'job.completed'] }, 'EVENTS_INVALID', '/events'],
    ['a star', { url, events: ['*', 'job.completed'] }, 'EVENTS_INVALID', '/events'],
    ['a thousand events', { url, events: Array(1000).fill('job.completed') }, 'EVENTS_INVALID', '/events'],
    ['a text for events', { url, events: 'job.completed' }, 'EVENTS_INVALID', '/events'],
    ['no types', { url, types: [] }, 'RANGE', '/types'],
    ['too many types', { url, types: Array(101).fill('a') }, 'RANGE', '/types'],
    ['a bad type', { url, types: ['a', 'b*'] }, 'NAME_INVALID', '/types/1'],
    ['a type of our own', { url, types: ['riptide.webhook'] }, 'NAME_INVALID', '/types/0'],
    ['a hole in the types', { url, types: Array(1) }, 'NAME_INVALID', '/types/0'],
    ['a short secret', { url, secret: 'whsec_c2hvcnQ=' }, 'TYPE_MISMATCH', '/secret'],
    ['a text for enabled', { url, enabled: 'yes' }, 'TYPE_MISMATCH', '/enabled'],
    ['a long description', { url, description: 'x'.repeat(201) }, 'RANGE', '/description'],
    ['an unknown field', { url, allowPrivateNetwork: true }, 'FIELD_UNKNOWN', '/allowPrivateNetwork'],
    ['no object', null, 'ARGUMENT_INVALID', '/'],
  ])('is refused with %s', async (_, given, code, path) => {
    const on = stage()
    const work = on.part.addWebhook(given as never)
    expect(await refusal(work)).toMatchObject({ code, path })
    expect(on.store.kept.size).toBe(0)
  })

  test('does not have its secret in the error', async () => {
    const given = 'whsec_canary-of-a-secret'
    const { message } = await refusal(stage().part.addWebhook({ url, secret: given }))
    expect(message).not.toContain('canary')
  })

  test('is one of a hundred at most', async () => {
    const on = stage()
    for (let i = 0; i < 100; i++) await on.part.addWebhook({ url })
    expect(await refusal(on.part.addWebhook({ url }))).toMatchObject({ code: 'RANGE' })
  })
})

describe('a webhook that is changed', () => {
  test('keeps what is not said', async () => {
    const on = stage()
    const { id } = await on.part.addWebhook({ url, secret, types: ['a'], description: 'x' })
    await on.clock.advance(1_000)
    const changed = await on.part.updateWebhook(id, {
      url: 'https://app.example/other',
      events: ['job.cancelled'],
    })
    expect(changed).toMatchObject({
      url: 'https://app.example/other',
      events: ['job.cancelled'],
      types: ['a'],
      description: 'x',
      secret: `whsec_****${secret.slice(-4)}`,
      updatedAt: on.clock.now(),
    })
    expect(changed.createdAt).toBe(on.clock.now() - 1_000)
  })

  test('keeps its secret when the mask comes back, and takes another', async () => {
    const on = stage()
    const { id } = await on.part.addWebhook({ url, secret })
    const { secret: mask } = await on.part.updateWebhook(id, { description: 'x' })
    await on.part.updateWebhook(id, { secret: mask })
    expect([...on.store.kept.values()][0]?.text).toContain(secret)
    await on.part.updateWebhook(id, { secret: other })
    expect([...on.store.kept.values()][0]?.text).not.toContain(secret)
    expect([...on.store.kept.values()][0]?.text).toContain(other)
    expect(await refusal(on.part.updateWebhook(id, { secret: 'whsec_****aaaa' }))).toMatchObject({
      code: 'TYPE_MISMATCH',
      path: '/secret',
    })
  })

  test('is not written when nothing changes', async () => {
    const on = stage()
    const { id, updatedAt } = await on.part.addWebhook({ url, secret })
    await on.clock.advance(1_000)
    expect(await on.part.updateWebhook(id, { url, description: undefined })).toMatchObject({ updatedAt })
    expect([...on.store.kept.values()][0]?.version).toBe(1)
  })

  test('loses no change that another makes at the same time', async () => {
    const on = stage()
    const { id } = await on.part.addWebhook({ url })
    on.store.beforePut = async () => void (await on.part.updateWebhook(id, { description: 'of the other' }))
    await on.part.updateWebhook(id, { types: ['a'] })
    expect(await on.part.getWebhook(id)).toMatchObject({ types: ['a'], description: 'of the other' })
  })

  test.each([
    ['updateWebhook', (on: Stage, id: string) => on.part.updateWebhook(id, {})],
    ['rotateWebhookSecret', (on: Stage, id: string) => on.part.rotateWebhookSecret(id)],
    ['removeWebhook', (on: Stage, id: string) => on.part.removeWebhook(id)],
  ])('must be there for %s', async (_, call) => {
    const on = stage()
    await on.part.addWebhook({ url })
    expect(await refusal(call(on, 'nobody'))).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' })
    expect(await refusal(call(on, 'a/b'))).toMatchObject({ code: 'ID_INVALID' })
    expect(on.store.kept.size).toBe(1)
  })

  test('is not mistaken for one whose id begins alike', async () => {
    const on = stage()
    const { id } = await on.part.addWebhook({ url })
    expect(await on.part.getWebhook(id.slice(0, -1))).toBeNull()
  })

  test('is gone when it is removed', async () => {
    const on = stage()
    const { id } = await on.part.addWebhook({ url })
    await on.part.removeWebhook(id)
    expect(await on.part.getWebhook(id)).toBeNull()
    expect(on.store.kept.size).toBe(0)
  })
})

describe('a new secret', () => {
  test('signs beside the old one, for as long as is asked', async () => {
    const on = stage()
    const { id } = await on.part.addWebhook({ url, secret })
    const rotated = await on.part.rotateWebhookSecret(id, { keepOldMs: 60_000 })
    expect(rotated.secret).not.toBe(secret)
    expect(await on.part.getWebhook(id)).toMatchObject({ secret: `whsec_****${rotated.secret.slice(-4)}` })
    await on.notice()
    await on.deliver()
    await on.clock.advance(60_000)
    await on.deliver()
    const signatures = on.sent.map(({ headers }) => headers['webhook-signature']?.split(' ').length)
    expect(signatures).toEqual([2, 1])
  })

  test('keeps few of the old ones', async () => {
    const on = stage()
    const { id } = await on.part.addWebhook({ url, secret })
    for (let i = 0; i < 20; i++) await on.part.rotateWebhookSecret(id)
    await on.notice()
    await on.deliver()
    expect(on.sent[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(5)
  })

  test.each([-1, 0.5, '1 day', 31 * 86_400_000])('is not made with keepOldMs %s', async (keepOldMs) => {
    const on = stage()
    const { id } = await on.part.addWebhook({ url })
    const work = on.part.rotateWebhookSecret(id, { keepOldMs: keepOldMs as number })
    expect(await refusal(work)).toMatchObject({ code: 'RANGE', path: '/keepOldMs' })
  })
})

describe('the webhook of one job', () => {
  test('is a url, or one with events and a secret', () => {
    const { part } = stage()
    const all = ['job.completed', 'job.dead_letter', 'job.cancelled']
    expect(part.targetOf(url, '/webhook')).toEqual({ url, events: all, secret: null })
    expect(part.targetOf({ url, events: ['job.dead_letter'], secret }, '/webhook')).toEqual({
      url,
      events: ['job.dead_letter'],
      secret,
    })
  })

  test.each([
    ['http://10.0.0.1/', 'URL_BLOCKED', '/webhook'],
    [{ url: 'http://10.0.0.1/' }, 'URL_BLOCKED', '/webhook/url'],
    [{}, 'REQUIRED', '/webhook/url'],
    [{ url, events: [] }, 'EVENTS_INVALID', '/webhook/events'],
    [{ url, secret: 'x' }, 'TYPE_MISMATCH', '/webhook/secret'],
    [{ url, headers: {} }, 'FIELD_UNKNOWN', '/webhook/headers'],
    [7, 'TYPE_MISMATCH', '/webhook'],
  ])('is refused when it is %j', async (given, code, path) => {
    const { part } = stage()
    const target = (): Promise<unknown> => Promise.resolve().then(() => part.targetOf(given, '/webhook'))
    expect(await refusal(target())).toMatchObject({ code, path })
  })
})
