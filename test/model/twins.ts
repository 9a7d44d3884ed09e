import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { QueueAdapter } from '../../src/core/queue-adapter.js'
import { memoryQueue } from '../../src/index.js'
import { type Act, act } from './acts.js'
import { Twin } from './twin.js'

const patienceMs = 10_000

/** Whatever way a service is used, it looks the same on this queue as it does in memory. */
export async function looksAsInMemory(
  create: () => QueueAdapter | Promise<QueueAdapter>,
  { runs }: { readonly runs: number },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 30, maxLength: 90, size: 'max' }), async (some) =>
      play(await create(), some),
    ),
    { numRuns: runs, plugins: [fc.interruptAfterTimeLimit(240_000, { failOnInterrupt: false })] },
  )
}

// -------------------------------------------------------------------------------------------------------------------

/** Whatever still waits may run. */
const lastActs: readonly Act[] = [
  { kind: 'resume', type: 'a' },
  { kind: 'resume', type: 'b' },
  { kind: 'pass', ms: 5000 },
]

async function play(queue: QueueAdapter, acts: readonly Act[]): Promise<void> {
  const model = new Twin(memoryQueue())
  const subject = new Twin(queue)
  try {
    await model.start()
    await subject.start()
    for (const [i, one] of acts.entries()) {
      const answers = [await model.take(one), await subject.take(one)]
      expect(answers[1], `the answer to act ${i}`).toEqual(answers[0])
      if (one.kind === 'work') await workBoth(model, subject)
      await expectSame(model, subject, i)
    }
    for (const one of lastActs) await Promise.all([model.take(one), subject.take(one)])
    await workBoth(model, subject)
    await expectSame(model, subject, acts.length)
  } finally {
    await Promise.all([model.stop(), subject.stop()])
  }
}

/** In memory it is known when nothing moves any more; the other has then come to the same, or never will. */
async function workBoth(model: Twin, subject: Twin): Promise<void> {
  await model.work()
  await model.stillness()
  await subject.work()
  await untilSame(model, subject)
  await model.rest()
  await subject.rest()
}

async function expectSame(model: Twin, subject: Twin, i: number): Promise<void> {
  await model.stillness()
  await untilSame(model, subject)
  expect(await subject.view(), `after act ${i}`).toEqual(await model.view())
}

async function untilSame(model: Twin, subject: Twin): Promise<void> {
  const end = performance.now() + patienceMs
  while (!isDeepStrictEqual(await model.view(), await subject.view()) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 2))
}
