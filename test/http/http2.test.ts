import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { closing, good, handlerOf } from './node-server.js'

describe('over HTTP/2', () => {
  const exchange = async (
    headers: http2.OutgoingHttpHeaders,
    body?: string,
  ): Promise<{ status: unknown; text: string }> => {
    const { node } = handlerOf()
    const server = http2.createServer((req, res) => void node(req, res))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    closing.push(
      () =>
        new Promise((resolve) => {
          session.destroy()
          server.close(() => resolve())
        }),
    )
    const stream = session.request(headers)
    if (body === undefined) stream.end()
    else stream.end(body)
    return new Promise((resolve, reject) => {
      let status: unknown
      let text = ''
      stream.on('response', (head) => (status = head[':status']))
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => (text += chunk))
      stream.on('end', () => resolve({ status, text }))
      stream.on('error', reject)
    })
  }

  test('a job is submitted, although no length is told', async () => {
    const headers = { ':method': 'POST', ':path': '/workers/jobs', 'content-type': 'application/json' }
    expect((await exchange(headers, good)).status).toBe(200)
  })

  test('the own host may change something, and no other', async () => {
    const headers = {
      ':method': 'POST',
      ':path': '/workers/jobs',
      ':authority': 'app.test',
      'content-type': 'application/json',
    }
    expect((await exchange({ ...headers, origin: 'https://app.test' }, good)).status).toBe(200)
    expect((await exchange({ ...headers, origin: 'https://evil.example' }, good)).status).toBe(403)
  })

  test('nothing is BODY_EMPTY', async () => {
    const { text } = await exchange({ ':method': 'POST', ':path': '/workers/jobs' })
    expect(text).toContain('BODY_EMPTY')
  })
})
