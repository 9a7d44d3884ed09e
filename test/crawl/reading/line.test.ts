import { expect, test } from 'vitest'
import { createLine } from '../../../src/crawl/reading/line.js'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('so many have a place at the same time, and the others follow in their order', async () => {
  const line = createLine(2)
  const order: number[] = []
  for (const i of [1, 2, 3, 4]) void line.enter(undefined).then(() => order.push(i))
  await turn()
  expect(order).toEqual([1, 2])
  line.leave()
  await turn()
  expect(order).toEqual([1, 2, 3])
  line.leave()
  line.leave()
  await turn()
  expect(order).toEqual([1, 2, 3, 4])
  expect(line.isEmpty()).toBe(false)
  line.leave()
  expect(line.isEmpty()).toBe(true)
})

test('whoever aborts leaves the line at once, with the reason, and costs nobody a place', async () => {
  const line = createLine(1)
  await line.enter(undefined)
  const gaveUp = new AbortController()
  const reason = new Error('enough')
  const second = line.enter(gaveUp.signal)
  const third = line.enter(undefined)
  gaveUp.abort(reason)
  await expect(second).rejects.toMatchObject({ code: 'ABORTED', cause: reason })
  line.leave()
  await third
  line.leave()
  expect(line.isEmpty()).toBe(true)
})

test('who has aborted before gets no place', async () => {
  const line = createLine(1)
  await expect(line.enter(AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' })
  expect(line.isEmpty()).toBe(true)
})
