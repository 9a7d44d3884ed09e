import { describe, expect, test } from 'vitest'
import { nextDelay } from '../../../src/crawl/politeness/adaptive-delay.js'

const limits = { maxConcurrent: 10, maxDelayMs: 30_000 }
const after = (delayMs: number, latencyMs: number, status = 200): number =>
  nextDelay(delayMs, { latencyMs, status }, limits)

describe('the adaptive delay', () => {
  test('stays nothing while answers take less than a tenth of a second', () => {
    expect(after(0, 99)).toBe(0)
  })

  test('tends to what has so many requests under way, up and down, by half each time', () => {
    expect([after(0, 1000), after(50, 1000), after(100, 1000), after(200, 1000)]).toEqual([50, 75, 100, 150])
  })

  test('goes back to nothing for a host that is fast again', () => {
    let delay = 3000
    for (let i = 0; i < 12; i++) delay = after(delay, 20)
    expect(delay).toBe(0)
  })

  test.each([301, 404, 410, 500])('is raised by a slow %i, and not lowered by a fast one', (status) => {
    expect([after(0, 2000, status), after(300, 5, status)]).toEqual([100, 300])
  })

  test.each([429, 503])('doubles with a %i, from a quarter of a second to two', (status) => {
    const delays = [0, 500, 1500, 20_000].map((delayMs) => after(delayMs, 5, status))
    expect(delays).toEqual([250, 1000, 2000, 20_000])
  })

  test.each([429, 503])('leaves a %i with a Retry-After to that', (status) => {
    expect(nextDelay(40, { latencyMs: 9000, status, retryAfterMs: 1000 }, limits)).toBe(40)
  })

  test('learns nothing from a request without an answer', () => {
    expect(nextDelay(40, {}, limits)).toBe(40)
  })
})
