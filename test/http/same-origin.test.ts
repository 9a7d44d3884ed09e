import { describe, expect, test } from 'vitest'
import { createHandler } from '../../src/http/index.js'
import { someJob, stubService } from './stub-service.js'

const job = Promise.resolve(someJob())
const handler = createHandler(stubService({ cancelJob: () => job, getJob: () => job }), {
  authorize: () => true,
})
const send = async (
  method: string,
  headers: Record<string, string>,
  host = 'app.test:8080',
): Promise<number> =>
  (
    await handler.fetch(
      new Request('http://ignored.test/workers/jobs/a', { method, headers: { host, ...headers } }),
    )
  ).status

describe('a request that changes something', () => {
  test.each([
    {},
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://app.test:8080' },
    { origin: 'HTTP://APP.TEST:8080' },
    // A referrer policy of no-referrer makes it "null" for the page's own requests too.
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    // Behind a proxy that rewrites the host.
    { 'sec-fetch-site': 'same-origin', origin: 'https://shop.example' },
  ])('goes on with %j', async (headers) => {
    expect(await send('DELETE', headers)).toBe(200)
  })

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://app.test:8080' },
    { 'sec-fetch-site': '' },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'https://evil.example' },
    { origin: 'http://app.test' },
    { origin: 'http://app.test:8081' },
    { origin: 'http://app.test:8080.evil.example' },
    { origin: 'http://evil.example/app.test:8080' },
    { origin: 'file://' },
  ])('is refused with %j', async (headers) => {
    expect(await send('DELETE', headers)).toBe(403)
  })

  test('may come from the default port of its scheme, written or not', async () => {
    expect(await send('DELETE', { origin: 'https://app.test' }, 'app.test:443')).toBe(200)
    expect(await send('DELETE', { origin: 'https://app.test:443' }, 'app.test')).toBe(200)
  })
})

test('a request that only looks may come from anywhere: the browser keeps its answer from the page', async () => {
  expect(await send('GET', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toBe(200)
})
