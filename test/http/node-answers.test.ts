import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { describe, expect, test, vi } from 'vitest'
import { closing, connect, good, handlerOf, json, listen } from './node-server.js'

describe('what arrives on the wire', () => {
  const answerTo = async (head: string, body = ''): Promise<string> => {
    const port = await listen(handlerOf().node)
    const { socket, until } = connect(port)
    socket.write(
      `${head}\r\nHost: a\r\nConnection: close\r\n${body === '' ? '' : `Content-Length: ${body.length}\r\n`}\r\n${body}`,
    )
    const answer = await until('\r\n\r\n')
    socket.destroy()
    return answer
  }

  test('two content types are one too many', async () => {
    const answer = await answerTo(`POST /workers/jobs HTTP/1.1\r\n${json}Content-Type: text/plain`, good)
    expect(answer).toContain('HTTP/1.1 415')
  })

  test.each(['TRACE', 'PROPFIND'])('%s is 405', async (method) => {
    expect(await answerTo(`${method} /workers/jobs HTTP/1.1`)).toMatch(
      /^HTTP\/1\.1 405[^]*\r\nallow: POST, GET, HEAD, OPTIONS\r\n/i,
    )
  })

  test('a method that nobody knows is refused by the server', async () => {
    expect(await answerTo('FOO /workers/jobs HTTP/1.1')).toContain('HTTP/1.1 400')
  })

  test('a length beside chunks is refused by the server', async () => {
    const answer = await answerTo(`POST /workers/jobs HTTP/1.1\r\n${json}Transfer-Encoding: chunked`, good)
    expect(answer).toContain('HTTP/1.1 400')
  })

  test('a path of 64 kB is refused', async () => {
    expect(await answerTo(`GET /workers/jobs/${'a'.repeat(65_536)} HTTP/1.1`)).toMatch(/HTTP\/1\.1 4\d\d/)
  })

  test('a path with a whole url in it is not ours', async () => {
    expect(await answerTo('GET http://a/workers/schedule HTTP/1.1')).toContain('HTTP/1.1 404')
  })
})

describe('the answer', () => {
  test('of an authorize that denies keeps its headers, cookies too', async () => {
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-why', 'because'],
    ])
    const port = await listen(
      handlerOf({ authorize: () => new Response('no', { status: 418, headers }) }).node,
    )
    const response = await fetch(`http://127.0.0.1:${port}/workers/schedule`)
    expect(response.status).toBe(418)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect([response.headers.get('x-why'), await response.text()]).toEqual(['because', 'no'])
  })

  test('keeps what the app set on the response', async () => {
    const { node } = handlerOf()
    const port = await listen((req, res) => {
      res.setHeader('x-request-id', 'r-1')
      void node(req, res)
    })
    expect((await fetch(`http://127.0.0.1:${port}/workers/schedule`)).headers.get('x-request-id')).toBe('r-1')
  })

  test('keeps what the hooks of a Fastify app set, which run before ours', async () => {
    const app = fastify()
    app.addHook('onRequest', async (_request, reply) => {
      await Promise.resolve()
      reply.header('access-control-allow-origin', 'https://shop.example')
    })
    await app.register(handlerOf().fastify, { prefix: '/bg' })
    await app.listen({ port: 0, host: '127.0.0.1' })
    closing.push(() => app.close())
    const { port } = app.server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/bg/workers/schedule`)
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://shop.example',
    ])
  })

  test('is not written to a response that was answered already', async () => {
    const { node } = handlerOf()
    const port = await listen((req, res) => {
      res.writeHead(202).end('mine')
      void node(req, res)
    })
    const response = await fetch(`http://127.0.0.1:${port}/workers/schedule`)
    expect([response.status, await response.text()]).toEqual([202, 'mine'])
  })

  test('of what is not ours is for next, where there is one, and 404 where there is none', async () => {
    const next = vi.fn()
    const { node } = handlerOf()
    const port = await listen((req, res) => {
      if (req.url === '/workers/with-next') {
        void node(req, res, next).then(() => res.end('the app'))
      } else {
        void node(req, res)
      }
    })
    expect(await (await fetch(`http://127.0.0.1:${port}/workers/with-next`)).text()).toBe('the app')
    expect(next.mock.calls).toEqual([[]])
    const missing = await fetch(`http://127.0.0.1:${port}/workers/without`)
    expect([missing.status, await missing.json()]).toEqual([
      404,
      expect.objectContaining({ error: 'ROUTE_NOT_FOUND' }),
    ])
  })
})
