import fc from 'fast-check'
import { test } from 'vitest'
import { sqliteQueue } from '../../../src/drivers/sqlite/sqlite-queue.js'
import { audit } from '../../../src/testing/contract/audit.js'
import { Stage } from '../../../src/testing/contract/stage.js'
import { walkVerbs } from '../../../src/testing/contract/walk-steps.js'
import { walk } from '../../../src/testing/contract/walk.js'

const step = fc.record({
  verb: fc.constantFrom(...walkVerbs),
  a: fc.nat({ max: 100_000 }),
  b: fc.nat({ max: 100_000 }),
  c: fc.nat({ max: 100_000 }),
})

test('whatever is done to a SQLite queue, it goes as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
      const subject = { create: () => sqliteQueue({ path: ':memory:' }) }
      const stage = await Stage.open(subject, subject.create())
      try {
        await walk(stage, steps)
        await audit(stage)
      } finally {
        await stage.close()
      }
    }),
    { numRuns: 25 },
  )
})
