import { expect, test } from 'vitest'
import { type Deferred, deferred } from '../../../src/core/abort.js'
import { RiptideError } from '../../../src/core/errors.js'
import { type Visit, failedVisit } from '../../../src/crawl/page.js'
import { BodyRoom } from '../../../src/crawl/reading/body-room.js'
import type { PageReader } from '../../../src/crawl/reading/page-reader-pool.js'
import { readHtml } from '../../../src/crawl/reading/read-html.js'

const none = failedVisit(new RiptideError('HTTP_STATUS', 'unused'))
const visit: Visit = { ...none, failure: null, finalUrl: 'https://example.com/', html: 'x'.repeat(997) }
const { signal: never } = new AbortController()

/** A reader that is busy with whatever it was given until it is let go on. */
function busyReader() {
  const bodies: number[] = []
  const goOn: Deferred<void> = deferred()
  const reader: Pick<PageReader, 'read'> = {
    async read(page) {
      bodies.push(page.body.byteLength)
      await goOn.promise
      return none
    },
  }
  return { reader, bodies, goOn }
}

test('html takes the room of its bytes while it is read, mark and all, and gives it back', async () => {
  const room = new BodyRoom(2500)
  const { reader, bodies, goOn } = busyReader()
  const reads = [1, 2, 3, 4].map(() => readHtml({ reader, room }, visit, never))
  await expect.poll(() => bodies).toEqual([1000, 1000])
  expect(room.taken).toBe(2000)
  goOn.resolve()
  await Promise.all(reads)
  expect([bodies.length, room.taken]).toEqual([4, 0])
})

test('html that waits for room is given up with its signal', async () => {
  const room = new BodyRoom(1000)
  const { reader, bodies, goOn } = busyReader()
  const first = readHtml({ reader, room }, visit, never)
  const gaveUp = new AbortController()
  const second = readHtml({ reader, room }, visit, gaveUp.signal)
  const third = readHtml({ reader, room }, visit, never)
  const reason = new RiptideError('CANCELLED', 'enough')
  gaveUp.abort(reason)
  await expect(second).rejects.toBe(reason)
  expect(bodies).toHaveLength(1)
  goOn.resolve()
  await Promise.all([first, third])
  expect([bodies.length, room.taken]).toEqual([2, 0])
})
