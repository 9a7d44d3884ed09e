import type { Claim } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { hearsOfWork } from './hearing.js'
import { complete, leaseMs, outcomeOf, release } from './script.js'
import type { Stage } from './stage.js'
import { keyed } from './terms.js'

const limits = { concurrency: 1, rate: null }

/** What makes room under the limit of the whole queue; whoever makes it takes no other job. */
const events: readonly {
  readonly what: string
  readonly act: (stage: Stage, run: Claim) => Promise<unknown>
}[] = [
  {
    what: 'the run that filled it completes',
    act: (stage, run) => stage.cycle({ outcomes: [outcomeOf(run, complete())], limits }),
  },
  {
    what: 'the run that filled it is handed back by one that stops',
    act: (stage, run) => stage.cycle({ outcomes: [outcomeOf(run, release)], limits }),
  },
  { what: 'the run that filled it is cancelled', act: (stage, run) => stage.cancel(run.id) },
  {
    what: 'the run that filled it is taken back',
    act: async (stage) => {
      await stage.pass(leaseMs)
      await stage.cycle({ instance: 'rescue', types: [] })
    },
  },
]

/** Who waits is woken when the limit of the whole queue lets a job of another type start. */
export const queueLimitHintCases = events.flatMap(({ what, act }) =>
  [
    { of: 'a job', part: {} },
    { of: 'a job with a key', part: keyed('key', 9) },
  ].map(({ of, part }) =>
    contractCase(
      `who waits for ${of} that the limit of the queue holds up is told when ${what}`,
      ['I8', 'I20'],
      (stage) =>
        hearsOfWork(
          stage,
          async () => {
            for (let left = 1; left > 0;) {
              const runs = await stage.claim(9, { instance: 'others' })
              if (runs.length > 0) await stage.end(runs, complete())
              left = runs.length
            }
            await stage.add()
            const run = await stage.take({ types: ['task'], limits })
            await stage.add({ type: 'other', ...part })
            await stage.cycle({ instance: 'waiting', wanted: [0], types: ['other'], limits, leaseMs: 1e9 })
            return run
          },
          (run) => act(stage, run),
        ),
    ),
  ),
)
