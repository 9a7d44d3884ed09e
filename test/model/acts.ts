import fc from 'fast-check'
import { dedupeModes, failureRules } from '../../src/core/job-terms.js'
import { priorities } from '../../src/core/priority.js'

const nth = fc.nat(30)
const key = fc.constantFrom('x', 'y')
const type = fc.constantFrom('a', 'b')

/** What a user does to a queue. Numbers choose among the jobs that have been submitted so far. */
export const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      type,
      // How the job behaves: it succeeds, fails each time, or fails once.
      payload: fc.constantFrom(0, 0, 0, 1, 2),
      priority: fc.constantFrom(...priorities),
      delayMs: fc.constantFrom(0, 0, 0, 700),
      parents: fc.array(fc.record({ n: nth, onFailure: fc.constantFrom(...failureRules) }), { maxLength: 3 }),
      concurrency: fc.option(fc.record({ key, max: fc.constantFrom(1, 2) })),
      rate: fc.option(fc.record({ key, max: fc.constantFrom(1, 2), perMs: fc.constantFrom(500, 2000) })),
      dedupe: fc.option(
        fc.record({ key, mode: fc.constantFrom(...dedupeModes), windowMs: fc.constantFrom(400, 3000) }),
        { freq: 3 },
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('work' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 400, 600, 5000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), n: nth }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('retry' as const), n: nth }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('discard' as const), n: nth }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('reprioritise' as const),
      n: nth,
      priority: fc.constantFrom(...priorities),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause' as const), type }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resume' as const), type }) },
)

export type Act = typeof act extends fc.Arbitrary<infer A> ? A : never
