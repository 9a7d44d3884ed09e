import { expect, test } from 'vitest'
import { MessageBatch, messagesIn } from '../../../src/drivers/sqlite/message-batch.js'
import type { FromThread } from '../../../src/drivers/sqlite/protocol.js'

function setUp() {
  const posts: (readonly FromThread[])[] = []
  const batch = new MessageBatch<FromThread>((texts) => posts.push(messagesIn<FromThread>(texts)))
  return { batch, posts }
}

const answer = (n: number, value: unknown): FromThread => ({ kind: 'answer', n, value })

test('what is put in one turn goes together, in its order', async () => {
  const { batch, posts } = setUp()
  batch.put(answer(1, 'a'))
  batch.put(answer(2, 'b'))
  expect(posts).toEqual([])
  await Promise.resolve()
  batch.put(answer(3, 'c'))
  await Promise.resolve()
  expect(posts).toEqual([[answer(1, 'a'), answer(2, 'b')], [answer(3, 'c')]])
})

test('a message goes as it was when it was put', async () => {
  const { batch, posts } = setUp()
  const value = { text: 'before' }
  batch.put(answer(1, value))
  value.text = 'after'
  await Promise.resolve()
  expect(posts).toEqual([[answer(1, { text: 'before' })]])
})

test('a message that cannot be a text is refused, and the others go', async () => {
  const { batch, posts } = setUp()
  const tooLarge = {
    toJSON() {
      throw new RangeError('Invalid string length')
    },
  }
  expect(() => batch.put(answer(1, tooLarge))).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }))
  batch.put(answer(2, 'b'))
  await Promise.resolve()
  expect(posts).toEqual([[answer(2, 'b')]])
})
