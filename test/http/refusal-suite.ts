import http from 'node:http'
import { describe, expect, test } from 'vitest'
import { type MountedClient, custom, expectProblem } from './mounted-client.js'

/** What is refused, and in the same way whatever the routes are mounted on. */
export function refusalSuite(client: MountedClient): void {
  const { get, mount, prefix, send, submit } = client

  describe('a body', () => {
    const cases: readonly {
      what: string
      body: string
      status: number
      error: string
      forParser?: true
    }[] = [
      { what: 'that is empty', body: '', status: 400, error: 'BODY_EMPTY' },
      {
        what: 'of quotes that JSON has not',
        body: `{'a':1}`,
        status: 400,
        error: 'JSON_INVALID',
        forParser: true,
      },
      { what: 'of two documents', body: '{}{}', status: 400, error: 'JSON_INVALID', forParser: true },
      { what: 'that is null', body: 'null', status: 400, error: 'BODY_NOT_OBJECT', forParser: true },
      { what: 'that is an array', body: '[]', status: 400, error: 'BODY_NOT_OBJECT' },
      { what: 'without a job', body: '{}', status: 422, error: 'REQUIRED' },
      {
        what: 'nested too deeply',
        body: `{"job_type":${'['.repeat(70)}${']'.repeat(70)}}`,
        status: 422,
        error: 'JSON_TOO_DEEP',
      },
      {
        what: 'with a field that is unknown',
        body: '{"job_type":{"type":"batch_crawl","urls":["https://a.example"],"allow_private":true}}',
        status: 422,
        error: 'FIELD_UNKNOWN',
      },
      {
        what: 'with a field that is ours to set',
        body: '{"job_type":{"type":"custom","job_name":"echo","payload":1},"worker_id":"me"}',
        status: 422,
        error: 'FIELD_READONLY',
      },
    ]
    test.each(cases)('$what is refused', async ({ body, status, error, forParser }) => {
      const response = await send('POST', '/workers/jobs', body)
      // What the app's own parser cannot read never comes to us.
      if (forParser && mount.parsesFirst) expect(response.status).toBe(400)
      else await expectProblem(response, status, error)
    })

    test('that is no JSON by its type is refused', async () => {
      const response = await send('POST', '/workers/jobs', 'a=1', {
        'content-type': 'application/x-www-form-urlencoded',
      })
      await expectProblem(response, 415, 'MEDIA_TYPE_UNSUPPORTED')
    })

    test.each(['application/json garbage', 'application/json, text/plain', 'json', '__proto__'])(
      'of the malformed type %s is refused',
      async (type) => {
        const response = await send('POST', '/workers/jobs', custom('echo'), { 'content-type': type })
        await expectProblem(response, 415, 'MEDIA_TYPE_UNSUPPORTED')
      },
    )

    test('that is wrong leaves the next request as it was', async () => {
      await send('POST', '/workers/jobs', '{')
      await submit(custom('echo'))
    })
  })

  describe('a path', () => {
    test('that is not ours belongs to the app, with the parser it had', async () => {
      expect(await (await client.request('/own')).json()).toBe('own')
      const echoed = await client.request('/own', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"a":1}',
      })
      expect(await echoed.json()).toEqual({ a: 1 })
    })

    test.each([
      '/workers/nope',
      '/workers/jobs/',
      '/WORKERS/jobs',
      '/workers/JOBS',
      '/workers//jobs',
      '/workers%2fjobs',
      '/workers/jobs;x=1',
    ])('%s is 404', async (path) => {
      const response = await client.request(`${prefix}${path}`)
      expect(response.status).toBe(404)
    })

    test.each([
      '//workers/jobs',
      '/workers/./jobs',
      '/workers/x/../jobs',
      '/%77orkers/jobs',
      '/workers/jobs?',
      '/x/../workers/jobs',
    ])('%s gets past authorize in no spelling', async (path) => {
      if (client.port === undefined) return
      client.denies = true
      expect([401, 404]).toContain(await rawStatus(client.port, `${prefix}${path}`))
      client.denies = false
    })

    test('with an id that cannot be one is 400', async () => {
      await expectProblem(await client.request(`${prefix}/workers/jobs/a%2Fb`), 400, 'ID_INVALID')
      const undecodable = await client.request(`${prefix}/workers/jobs/%E0%A4%A`)
      if (mount.decodesFirst) expect(undecodable.status).toBe(400)
      else await expectProblem(undecodable, 400, 'PATH_ENCODING')
    })
  })

  describe('a method', () => {
    test.each(['PUT', 'PATCH'])('%s is 405, and the answer says what is allowed', async (method) => {
      const response = await send(method, '/workers/jobs', {})
      expect(response.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS')
      await expectProblem(response, 405, 'METHOD_NOT_ALLOWED')
    })

    test('HEAD is GET without the body', async () => {
      const response = await send('HEAD', '/workers/stats/queue')
      expect(response.status).toBe(200)
      expect(await response.text()).toBe('')
    })

    test('OPTIONS says what is allowed', async () => {
      const response = await send('OPTIONS', '/workers/stats/queue')
      expect(response.status).toBe(204)
      expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    })
  })

  test('authorize is asked with the route, and its Response is the answer', async () => {
    client.seen = []
    client.denies = true
    const response = await send('POST', '/workers/jobs', mount.parsesFirst ? {} : '{ this is not even JSON')
    client.denies = false
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.text()).toBe('who are you?')
    expect(client.seen).toEqual(['submit /workers/jobs'])
  })

  test('a page of another site can change nothing', async () => {
    const id = await submit(custom('echo'), { scheduled_at: '2198-01-01T00:00:00Z' })
    await expectProblem(
      await send('DELETE', `/workers/jobs/${id}`, undefined, { 'sec-fetch-site': 'cross-site' }),
      403,
      'CSRF',
    )
    await expectProblem(
      await send('DELETE', `/workers/jobs/${id}`, undefined, { origin: 'https://evil.example' }),
      403,
      'CSRF',
    )
    expect(await get(`/workers/jobs/${id}`)).toMatchObject({ status: 'Pending' })
  })

  test('every answer forbids storing and sniffing', async () => {
    for (const path of ['/workers/stats/queue', '/workers/jobs/unknown']) {
      const { headers } = await client.request(`${prefix}${path}`)
      expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
        'no-store',
        'nosniff',
      ])
    }
  })

  test('fifty cancels at once have one effect', async () => {
    const id = await submit(custom('echo'), { scheduled_at: '2197-01-01T00:00:00Z' })
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('DELETE', `/workers/jobs/${id}`)))
    const statuses = answers.map((answer) => answer.status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 49 }, () => 409)])
  })
}

// -------------------------------------------------------------------------------------------------------------------

/** Sends the path as it is written, which `fetch` would tidy up. */
function rawStatus(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject)
  })
}
