import { expect, test } from 'vitest'
import { Outbox, messagesIn } from '../../../src/drivers/sqlite/outbox.js'
import type { FromThread } from '../../../src/drivers/sqlite/protocol.js'

function outbox() {
  const posts: (readonly FromThread[])[] = []
  const box = new Outbox<FromThread>((texts) => posts.push(messagesIn<FromThread>(texts)))
  return { box, posts }
}

const answer = (n: number, value: unknown): FromThread => ({ kind: 'answer', n, value })

test('what is put in one turn goes together, in its order', async () => {
  const { box, posts } = outbox()
  box.put(answer(1, 'a'))
  box.put(answer(2, 'b'))
  expect(posts).toEqual([])
  await Promise.resolve()
  box.put(answer(3, 'c'))
  await Promise.resolve()
  expect(posts).toEqual([[answer(1, 'a'), answer(2, 'b')], [answer(3, 'c')]])
})

test('a message goes as it was when it was put', async () => {
  const { box, posts } = outbox()
  const value = { text: 'before' }
  box.put(answer(1, value))
  value.text = 'after'
  await Promise.resolve()
  expect(posts).toEqual([[answer(1, { text: 'before' })]])
})

test('a message that cannot be a text is refused, and the others go', async () => {
  const { box, posts } = outbox()
  const tooLarge = {
    toJSON() {
      throw new RangeError('Invalid string length')
    },
  }
  expect(() => box.put(answer(1, tooLarge))).toThrow(expect.objectContaining({ code: 'STORE_FULL' }))
  box.put(answer(2, 'b'))
  await Promise.resolve()
  expect(posts).toEqual([[answer(2, 'b')]])
})
