import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { failure, get, openDispatcher } from './fetching.js'
import { eventually, startRaw, startSite } from './local-site.js'

const text = (page: { readonly body: Uint8Array }): string => Buffer.from(page.body).toString()

describe('the time of a fetch', () => {
  test('ends in TIMEOUT for a server that never answers', async () => {
    const site = await startRaw((socket) => socket.resume())
    const error = await failure(get(site.origin, { totalTimeoutMs: 60, idleTimeoutMs: 10 }))
    expect([error.code, error.retryable]).toEqual(['TIMEOUT', true])
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('ends in TIMEOUT for a server that drips, however alive it is', async () => {
    const site = await startSite((_, response) => {
      const drip = setInterval(() => response.write('x'), 5)
      response.once('close', () => clearInterval(drip))
    })
    expect((await failure(get(site.origin, { totalTimeoutMs: 150, idleTimeoutMs: 5000 }))).code).toBe(
      'TIMEOUT',
    )
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('ends in TIMEOUT for redirects that take long in sum', async () => {
    let n = 0
    const site = await startSite((_, response) => {
      setTimeout(() => response.writeHead(302, { location: `/${n++}` }).end(), 30)
    })
    expect((await failure(get(site.origin, { totalTimeoutMs: 150, maxRedirects: 50 }))).code).toBe('TIMEOUT')
  })

  test('ends in TIMEOUT in `onHop`', async () => {
    const onHop = (): Promise<undefined> => new Promise(() => undefined)
    expect((await failure(get('http://127.0.0.1:1/', { totalTimeoutMs: 30, onHop }))).code).toBe('TIMEOUT')
  })

  test('ends in RESPONSE_IDLE for a server that falls silent in the body', async () => {
    const site = await startSite((_, response) => response.write('x'))
    const error = await failure(get(site.origin, { idleTimeoutMs: 50 }))
    expect([error.code, error.retryable]).toEqual(['RESPONSE_IDLE', true])
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('does not end in RESPONSE_IDLE for a server that is slow to begin', async () => {
    const site = await startSite((_, response) => {
      setTimeout(() => response.end('late'), 80)
    })
    expect(text(await get(site.origin, { idleTimeoutMs: 20 }))).toBe('late')
  })
})

describe('the signal of a fetch', () => {
  const reason = new RiptideError('CANCELLED', 'no longer wanted')

  test('ends it before it begins', async () => {
    const site = await startSite((_, response) => response.end())
    expect(await failure(get(site.origin, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(site.connections()).toBe(0)
  })

  test.each(['http', 'https'])(
    'ends it while it connects or waits for the headers (%s), and leaves no socket',
    async (scheme) => {
      const site = await startRaw((socket) => socket.resume())
      const controller = new AbortController()
      const fetching = failure(get(`${scheme}://127.0.0.1:${site.port}/`, { signal: controller.signal }))
      await eventually(() => site.open() === 1, 'it is connected')
      controller.abort(reason)
      expect(await fetching).toBe(reason)
      await eventually(() => site.open() === 0, 'the socket is closed')
    },
  )

  test('ends it in the lookup', async () => {
    const controller = new AbortController()
    const lookup = (): void => controller.abort(reason)
    expect(
      await failure(
        get('http://site.test/', { signal: controller.signal, dispatcher: openDispatcher({ lookup }) }),
      ),
    ).toBe(reason)
  })

  test('ends it in the body, and leaves no socket', async () => {
    const controller = new AbortController()
    const site = await startSite((_, response) => {
      response.write('x'.repeat(1000), () => controller.abort(reason))
    })
    expect(await failure(get(site.origin, { signal: controller.signal }))).toBe(reason)
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('ends it while it waits for a connection, and hurts nobody else', async () => {
    let release = (): void => undefined
    const site = await startSite((_, response) => {
      release = () => response.end('done')
    })
    const dispatcher = openDispatcher({ maxConnectionsPerOrigin: 1 })
    const first = get(`${site.origin}/1`, { dispatcher })
    await eventually(() => site.requests.length === 1, 'the first is under way')
    const controller = new AbortController()
    const second = failure(get(`${site.origin}/2`, { dispatcher, signal: controller.signal }))
    controller.abort(reason)
    expect(await second).toBe(reason)
    release()
    expect(text(await first)).toBe('done')
    const third = get(`${site.origin}/3`, { dispatcher })
    await eventually(() => site.requests.length === 2, 'the third is under way')
    release()
    expect(text(await third)).toBe('done')
    expect(site.requests).toEqual(['GET /1', 'GET /3'])
  })

  test('is left without a listener', async () => {
    const site = await startSite((_, response) => response.end())
    const controller = new AbortController()
    let listeners = 0
    const { signal } = controller
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args))
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args))
    await get(site.origin, { signal })
    expect(listeners).toBe(0)
  })
})
