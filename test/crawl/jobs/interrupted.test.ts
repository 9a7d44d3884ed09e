import { expect, test, vi } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import type { JobContext } from '../../../src/core/handler.js'
import { siteOf, stageOf } from './closing-stage.js'
import { html, silence } from './site.js'

const job = { id: 'batch', generation: 1, createdAt: 5, timeoutMs: 60_000, payload: {} } as JobContext['job']

test('a cancel ends a batch, and every request of it, within 100 ms', async () => {
  const site = await siteOf({ '/silence': silence })
  const urls = Array.from({ length: 10 }, (_, i) => site.url(`/silence?${i}`))
  const times: number[] = []
  // On a busy machine one may be late for reasons of its own.
  for (let round = 1; round <= 5 && !times.some((ms) => ms < 100); round++) {
    const controller = new AbortController()
    const running = stageOf().batch(urls, {}, { signal: controller.signal })
    await vi.waitFor(() => expect(site.hits('/silence')).toBe(10 * round), { timeout: 10_000 })
    const start = performance.now()
    controller.abort(new RiptideError('CANCELLED', 'the job was cancelled'))
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    await vi.waitFor(async () => expect(await site.sockets()).toBe(0), { timeout: 10_000, interval: 2 })
    times.push(performance.now() - start)
  }
  expect(Math.min(...times)).toBeLessThan(100)
})

test('a batch that is run again fetches only what was not finished', async () => {
  const site = await siteOf({ '/a': html('a'), '/b': html('b'), '/c': html('c') })
  const stage = stageOf({ crawl: { cacheTtlMs: 0 } })
  const urls = ['/a', '/gone', '/b', '/c'].map((path) => site.url(path))
  const controller = new AbortController()
  const progress = (value: number): void => {
    if (value === 0.5) controller.abort(new RiptideError('LEASE_LOST', 'the lease is over'))
  }
  const first = stage.batch(
    urls,
    { concurrency: 1 },
    { job, fence: '1', signal: controller.signal, progress },
  )
  await expect(first).rejects.toMatchObject({ code: 'LEASE_LOST' })
  const result = await stage.batch(urls, { concurrency: 1 }, { job, fence: '2' })
  expect(result.results.map(({ url, error }) => [url, error?.code ?? 'ok'])).toEqual(
    urls.map((url, i) => [url, i === 1 ? 'HTTP_STATUS' : 'ok']),
  )
  expect(['/a', '/gone', '/b', '/c'].map((path) => site.hits(path))).toEqual([1, 1, 1, 1])
})
