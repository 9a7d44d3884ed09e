import express from 'express'
import express4 from 'express4'
import { describe, expect, test, vi } from 'vitest'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { connect, good, handlerOf, json, listen, post, submitJob } from './node-server.js'

describe('a body that is too large', () => {
  test('is answered before it is sent, and the connection ends if the client goes on for too long', async () => {
    const clock = new FakeClock()
    const port = await listen(handlerOf({ bodyLimitBytes: 1_000, clock }).node)
    const { socket, until, closed } = connect(port)
    socket.write(
      `POST /workers/jobs HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 1000000000\r\n\r\n{"job_type`,
    )
    expect(await until('BODY_TOO_LARGE')).toContain('HTTP/1.1 413')
    socket.write('more')
    await clock.advance(2_000)
    await closed
    expect(submitJob).not.toHaveBeenCalled()
  })

  test('is answered although its length was not announced', async () => {
    const port = await listen(handlerOf({ bodyLimitBytes: 1_000 }).node)
    const { socket, until } = connect(port)
    socket.write(`POST /workers/jobs HTTP/1.1\r\nHost: a\r\n${json}Transfer-Encoding: chunked\r\n\r\n`)
    for (let i = 0; i < 3; i++) socket.write(`200\r\n${'x'.repeat(512)}\r\n`)
    expect(await until('BODY_TOO_LARGE')).toContain('HTTP/1.1 413')
    socket.destroy()
  })

  test('leaves the connection to the next request once it was sent', async () => {
    const port = await listen(handlerOf({ bodyLimitBytes: 100 }).node)
    const { socket, until } = connect(port)
    socket.write(
      `POST /workers/jobs HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 101\r\n\r\n${'x'.repeat(101)}`,
    )
    await until('BODY_TOO_LARGE')
    socket.write(
      `POST /workers/jobs HTTP/1.1\r\nHost: a\r\n${json}Content-Length: ${good.length}\r\n\r\n${good}`,
    )
    expect(await until('submitted_at')).toContain('HTTP/1.1 200')
    socket.destroy()
  })
})

describe('a body that does not come', () => {
  test('is 408 after ten bytes and the time that it has', async () => {
    const clock = new FakeClock()
    const authorized = vi.fn(() => true)
    const port = await listen(handlerOf({ bodyTimeoutMs: 5_000, authorize: authorized, clock }).node)
    const { socket, until } = connect(port)
    socket.write(`POST /workers/jobs HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 100\r\n\r\n{"job_type`)
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(1))
    await clock.advance(5_000)
    expect(await until('BODY_TIMEOUT')).toContain('HTTP/1.1 408')
    socket.destroy()
  })

  test('because the client went away disturbs nobody', async () => {
    const clock = new FakeClock()
    const port = await listen(handlerOf({ clock }).node)
    const { socket, closed } = connect(port)
    socket.write(`POST /workers/jobs HTTP/1.1\r\nHost: a\r\n${json}Content-Length: 100\r\n\r\n{"job_type`)
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(1))
    socket.destroy()
    await closed
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(0))
    expect((await post(port, good)).status).toBe(200)
    expect(submitJob).toHaveBeenCalledTimes(1)
  })
})

describe('a body that came through something else first', () => {
  test('and is gone is 400, never a wait', async () => {
    const { node } = handlerOf()
    const port = await listen((req, res) => {
      req.resume().on('end', () => void node(req, res))
    })
    const response = await post(port, good)
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'BODY_ALREADY_READ' }),
    ])
  })

  test('and is being read is 400, never half a body', async () => {
    const { node } = handlerOf()
    const port = await listen((req, res) => {
      req.once('data', () => void node(req, res))
    })
    expect((await post(port, good)).status).toBe(400)
  })

  test.each([
    ['text', express.text({ type: '*/*' })],
    ['bytes', express.raw({ type: '*/*' })],
    ['an object', express.json()],
  ])('is taken as %s', async (_, parser) => {
    const port = await listen(express().use(parser).use(handlerOf().node))
    expect((await post(port, good)).status).toBe(200)
    expect(submitJob).toHaveBeenCalledWith({ type: 'custom', jobName: 'a', payload: 1 }, {})
  })

  test.each([
    ['text', express.text({ type: '*/*' })],
    ['bytes', express.raw({ type: '*/*' })],
  ])('keeps to our limit as %s', async (_, parser) => {
    const port = await listen(
      express()
        .use(parser)
        .use(handlerOf({ bodyLimitBytes: 10 }).node),
    )
    expect((await post(port, good)).status).toBe(413)
  })

  test('of Express 4 that did not parse it, but left an empty object, is read from the stream', async () => {
    const port = await listen(
      express4()
        .use(express4.urlencoded({ extended: false }))
        .use(handlerOf().node),
    )
    expect((await post(port, good)).status).toBe(200)
  })

  test('may have had its encoding set', async () => {
    const { node } = handlerOf()
    const port = await listen((req, res) => {
      req.setEncoding('utf8')
      void node(req, res)
    })
    expect((await post(port, good.replace('1', '"é€"'))).status).toBe(200)
    expect(submitJob).toHaveBeenCalledWith({ type: 'custom', jobName: 'a', payload: 'é€' }, {})
  })
})
