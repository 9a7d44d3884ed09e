import { describe, expect, test } from 'vitest'
import { createHandler } from '../../src/http/index.js'
import { stubService } from './stub-service.js'
import { good, post, refused } from './body-posting.js'

describe('what a body says it is', () => {
  test.each([
    'application/json',
    'APPLICATION/JSON',
    ' application/json ',
    'application/json;charset=utf-8',
    'application/json; Charset="UTF-8"',
    'application/json;v=1',
    'application/json;',
  ])('%j is read', async (type) => {
    expect((await post(good, { 'content-type': type })).status).toBe(200)
  })

  test.each([
    'application/json garbage',
    'application/json\ta',
    'application/json;charset=utf-16',
    'application/json;charset=latin1',
    'application/json;charset=utf-8;charset=utf-16',
    'application/json;charset=utf-8;charset=utf-8',
    'application/json;=x',
    'application/json, text/plain',
    'application/json, application/json',
    'application/ld+json',
    'application/jsonp',
    'text/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    '__proto__',
    'constructor',
    'text/plain; a=application/json',
  ])('%j is MEDIA_TYPE_UNSUPPORTED', async (type) => {
    await refused(post(good, { 'content-type': type }), 415, 'MEDIA_TYPE_UNSUPPORTED')
  })

  test('no type at all is MEDIA_TYPE_UNSUPPORTED for a body that is there', async () => {
    const handler = createHandler(stubService({}), { authorize: () => true })
    const body = new TextEncoder().encode(good)
    await refused(
      handler.fetch(new Request('http://app.test/workers/jobs', { method: 'POST', body })),
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    )
  })

  test.each(['gzip', 'gzip, gzip, gzip', 'br2', 'deflate', ''])(
    'content-encoding %j is ENCODING_UNSUPPORTED',
    async (encoding) => {
      await refused(post(good, { 'content-encoding': encoding }), 415, 'ENCODING_UNSUPPORTED')
    },
  )

  test('content-encoding identity is read', async () => {
    expect((await post(good, { 'content-encoding': 'Identity' })).status).toBe(200)
  })
})

describe('a route without a body', () => {
  const del = (body: string | null, headers: Record<string, string>): Promise<Response> => {
    const handler = createHandler(stubService({ removeScheduledJob: () => Promise.resolve() }), {
      authorize: () => true,
    })
    return handler.fetch(
      new Request('http://app.test/workers/schedule/a', { method: 'DELETE', headers, body }),
    )
  }

  test.each([null, '{}'])('takes %j', async (body) => {
    expect((await del(body, body === '{}' ? { 'content-type': 'application/json' } : {})).status).toBe(204)
  })

  test('refuses fields that it would ignore', async () => {
    await refused(del('{"force":true}', { 'content-type': 'application/json' }), 422, 'FIELD_UNKNOWN')
  })

  test('refuses what is not JSON', async () => {
    await refused(del('force=true', { 'content-type': 'text/plain' }), 415, 'MEDIA_TYPE_UNSUPPORTED')
  })
})
