import { describe, expect, test } from 'vitest'
import { createHandler } from '../../src/http/index.js'
import { silentLogger } from '../../src/core/logger.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { stubService } from './stub-service.js'
import { good, limit, post, refused, withPayload } from './body-posting.js'

const utf16 = (text: string, bigEndian: boolean, mark: boolean): Uint8Array => {
  const bytes = Buffer.from(mark ? `\ufeff${text}` : text, 'utf16le')
  return new Uint8Array(bigEndian ? bytes.swap16() : bytes)
}

describe('the text of a body', () => {
  test('that is well is read', async () => {
    expect((await post(good)).status).toBe(200)
  })

  test.each([
    ['nothing', null],
    ['an empty text', ''],
    ['white space', ' \n\t'],
  ])('of %s is BODY_EMPTY', async (_, body) => {
    await refused(post(body), 400, 'BODY_EMPTY')
  })

  test('of nothing is BODY_EMPTY also where no type is told', async () => {
    const handler = createHandler(stubService({}), { authorize: () => true })
    await refused(
      handler.fetch(new Request('http://app.test/workers/jobs', { method: 'POST' })),
      400,
      'BODY_EMPTY',
    )
  })

  test.each([
    `{'a':1}`,
    '{"a":1,}',
    '{"a":1}//x',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":undefined}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":0x10}',
    '{}{}',
    '{}\n{}',
    '{"a":\u0000}',
    '{"a":"\u0000"}',
    '{',
  ])('%j is JSON_INVALID, and the answer says where', async (body) => {
    const problem = await refused(post(body), 400, 'JSON_INVALID')
    expect(problem['position']).toBeGreaterThan(0)
    expect(problem['message']).toContain(`at position ${String(problem['position'])}`)
  })

  test('that is JSON_INVALID is quoted in at most 20 characters, escaped', async () => {
    const problem = await refused(post(`{"a":\u202e${'s3cret'.repeat(50)}`), 400, 'JSON_INVALID')
    expect(String(problem['message']).length).toBeLessThan(120)
    expect(problem['message']).toContain('\\u202e')
  })

  test.each(['null', '[]', '"x"', '42', 'true'])('%s is BODY_NOT_OBJECT', async (body) => {
    await refused(post(body), 400, 'BODY_NOT_OBJECT')
  })

  test.each([
    ['UTF-16LE with its mark', utf16(good, false, true)],
    ['UTF-16LE', utf16(good, false, false)],
    ['UTF-16BE with its mark', utf16(good, true, true)],
    ['UTF-16BE', utf16(good, true, false)],
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a cut-off UTF-8 sequence', new Uint8Array([0x7b, 0x22, 0xe2, 0x82])],
  ])('%s is BODY_ENCODING', async (_, body) => {
    await refused(post(body as Uint8Array<ArrayBuffer>), 400, 'BODY_ENCODING')
  })

  test('a byte order mark of UTF-8 is passed over', async () => {
    expect((await post(`\ufeff${good}`)).status).toBe(200)
  })
})

describe('the values in a body', () => {
  test.each([
    ['65 arrays', withPayload('['.repeat(65) + ']'.repeat(65)), 'JSON_TOO_DEEP'],
    ['65 objects', withPayload('{"a":'.repeat(65) + '1' + '}'.repeat(65)), 'JSON_TOO_DEEP'],
    ['90,000 arrays', withPayload('['.repeat(90_000) + ']'.repeat(90_000)), 'JSON_TOO_DEEP'],
    ['a key of 100 kB', withPayload(`{"${'k'.repeat(100_000)}":1}`), 'KEY_TOO_LONG'],
    ['a number that is not finite', withPayload('1e999'), 'PAYLOAD_NOT_SERIALIZABLE'],
    ['the key __proto__', withPayload('{"__proto__":{"x":1}}'), 'FORBIDDEN_KEY'],
    [
      'the key __proto__ at depth 10',
      withPayload(`${'{"a":'.repeat(10)}{"__proto__":1}${'}'.repeat(10)}`),
      'FORBIDDEN_KEY',
    ],
    ['the key __proto__ at the top', '{"__proto__":{"job_type":1}}', 'FORBIDDEN_KEY'],
    ['constructor.prototype', withPayload('{"constructor":{"prototype":{"x":1}}}'), 'FORBIDDEN_KEY'],
  ])('%s: refused', async (_, body, error) => {
    await refused(post(body), 422, error)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('pointers name the place in the body', async () => {
    const problem = await refused(
      post(withPayload('{"a/b":[0,{"~":1e999}]}')),
      422,
      'PAYLOAD_NOT_SERIALIZABLE',
    )
    expect(problem['path']).toBe('/job_type/payload/a~1b/1/~0')
  })
})

describe('the size of a body', () => {
  const large = withPayload(`"${'x'.repeat(limit)}"`)

  test('that is announced beyond the limit is refused unread', async () => {
    const body = new ReadableStream(
      { pull: () => expect.unreachable('the body was read') },
      { highWaterMark: 0 },
    )
    const problem = await refused(post(body, { 'content-length': String(limit + 1) }), 413, 'BODY_TOO_LARGE')
    expect(problem['limit']).toBe(limit)
  })

  test('that is not announced is refused once the limit is passed, and no further byte is read', async () => {
    let pulled = 0
    let cancelled = false
    const chunk = new TextEncoder().encode('x'.repeat(10_000))
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += chunk.byteLength
        controller.enqueue(chunk)
      },
      cancel: () => {
        cancelled = true
      },
    })
    await refused(post(body), 413, 'BODY_TOO_LARGE')
    expect(pulled).toBeLessThan(limit + 5 * chunk.byteLength)
    expect(cancelled).toBe(true)
  })

  test('at the limit to the byte is read', async () => {
    const exact = large.slice(0, limit - 3) + '"}}'
    expect(exact.length).toBe(limit)
    expect((await post(exact)).status).toBe(200)
    await refused(post(`${exact} `), 413, 'BODY_TOO_LARGE')
  })
})

describe('the time of a body', () => {
  test('is bounded: one that stalls after ten bytes is BODY_TIMEOUT', async () => {
    const clock = new FakeClock()
    const handler = createHandler(stubService({}), {
      authorize: () => true,
      bodyTimeoutMs: 1_000,
      clock,
      logger: silentLogger,
    })
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"job_type')),
    })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' }
    const answer = handler.fetch(new Request('http://app.test/workers/jobs', init as RequestInit))
    await clock.advance(999)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(1)
    await refused(answer, 408, 'BODY_TIMEOUT')
    expect(clock.pendingTimers).toBe(0)
  })

  test('leaves no timer behind when it was enough', async () => {
    const clock = new FakeClock()
    const service = stubService({
      submitJob: () => Promise.resolve({ id: 'x', created: true, status: 'pending' }),
    })
    const handler = createHandler(service, { authorize: () => true, clock })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: good }
    expect((await handler.fetch(new Request('http://app.test/workers/jobs', init))).status).toBe(200)
    expect(clock.pendingTimers).toBe(0)
  })

  test('does not matter for a body that breaks off', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('gone')) })
    await refused(post(body), 503, 'ABORTED')
  })
})

describe('a body that somebody else has read', () => {
  test('is BODY_ALREADY_READ, and never a wait', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: good }
    const request = new Request('http://app.test/workers/jobs', init)
    await request.text()
    const handler = createHandler(stubService({}), { authorize: () => true })
    await refused(handler.fetch(request), 400, 'BODY_ALREADY_READ')
  })

  test('is BODY_ALREADY_READ also while it is being read', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: good }
    const request = new Request('http://app.test/workers/jobs', init)
    request.body?.getReader()
    const handler = createHandler(stubService({}), { authorize: () => true })
    await refused(handler.fetch(request), 400, 'BODY_ALREADY_READ')
  })
})
