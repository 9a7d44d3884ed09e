import { expect, test } from 'vitest'
import { type Deferred, deferred } from '../../../src/core/abort.js'
import type { BodyPlace } from '../../../src/crawl/fetch/body-place.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { failure, get } from './fetching.js'
import { eventually, startSite } from './local-site.js'

/** A place that lets one step wait, and notes what is asked of it. */
function slowPlace(step: 'enter' | 'take') {
  const gate: Deferred<void> = deferred()
  const asked: string[] = []
  let isWaiting = false
  const pass = (name: string): Promise<void> | undefined => {
    asked.push(name)
    if (name !== step) return undefined
    isWaiting = true
    return gate.promise
  }
  const place: BodyPlace = {
    enter: () => pass('enter'),
    take: () => pass('take'),
    empty: () => void asked.push('empty'),
  }
  return { place, asked, open: gate.resolve, refuse: gate.reject, isWaiting: () => isWaiting }
}

test.each(['enter', 'take'] as const)('while there is no room to %s, no time limit runs', async (step) => {
  const site = await startSite((_, response) => response.end('the page'))
  const clock = new FakeClock()
  const { place, open, isWaiting } = slowPlace(step)
  const fetching = get(site.origin, { clock, place, totalTimeoutMs: 1000, idleTimeoutMs: 500 })
  await eventually(isWaiting, 'it waits for room')
  expect(site.requests).toHaveLength(step === 'enter' ? 0 : 1)
  await clock.advance(60_000)
  open()
  expect(Buffer.from((await fetching).body).toString()).toBe('the page')
})

test('a redirect gives its room back before the next request', async () => {
  const site = await startSite((request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/there' }).end('moved')
    else response.end('the page')
  })
  const { place, asked, open } = slowPlace('take')
  open()
  await get(site.origin, { place })
  expect(asked).toEqual(['enter', 'empty', 'enter', 'take'])
})

test('who is refused a place says why, and sends nothing', async () => {
  const site = await startSite((_, response) => response.end('the page'))
  const { place, refuse, isWaiting } = slowPlace('enter')
  const error = failure(get(site.origin, { place }))
  await eventually(isWaiting, 'it waits for room')
  refuse(new Error('no place'))
  expect(await error).toMatchObject({ code: 'FETCH_FAILED' })
  expect(site.requests).toEqual([])
})
