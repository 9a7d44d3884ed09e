import { contractCase } from './case.js'
import { hearsOfWork } from './hearing.js'
import { complete, fail, leaseMs, release } from './script.js'
import type { Stage } from './stage.js'
import { keyed, rated } from './terms.js'

/** What makes room for a job that its key holds up; the key is that of the job that runs. */
const events: readonly {
  readonly what: string
  readonly act: (stage: Stage, scene: Scene) => Promise<unknown>
}[] = [
  { what: 'a run of its key completes', act: (stage, { run }) => stage.end(run, complete()) },
  { what: 'a run of its key fails', act: (stage, { run }) => stage.end(run, fail()) },
  { what: 'a run of its key is handed back', act: (stage, { run }) => stage.end(run, release) },
  { what: 'a run of its key is cancelled', act: (stage, { run }) => stage.cancel(run.id) },
  {
    what: 'a run of its key is taken back',
    act: async (stage) => {
      await stage.pass(leaseMs)
      await stage.cycle({ instance: 'rescue', types: [] })
    },
  },
  {
    what: 'its key may have more',
    act: (stage, { key }) => stage.add({ type: 'unknown', ...keyed(key, 5) }),
  },
  { what: 'a job of another key comes', act: (stage) => stage.add(keyed(stage.token())) },
  { what: 'a job comes that its rate allows', act: (stage) => stage.add(rated(stage.token(), 5, 1000)) },
]

/** Who waits is woken when a key has room again. */
export const keyHintCases = events.map(({ what, act }) =>
  contractCase(`who waits for work is told when ${what}`, ['I20'], (stage) =>
    hearsOfWork(
      stage,
      () => setScene(stage),
      (scene) => act(stage, scene),
    ),
  ),
)

// -------------------------------------------------------------------------------------------------------------------

interface Scene {
  readonly key: string
  readonly run: Awaited<ReturnType<Stage['take']>>
}

/** A key of its own that is full, a job that it holds up, and an instance that waits for such a job. */
async function setScene(stage: Stage): Promise<Scene> {
  for (let left = 1; left > 0;) left = (await stage.claim(9, { instance: 'others', leaseMs: 1e9 })).length
  const key = stage.token()
  await stage.addMany(2, keyed(key, 1))
  const run = await stage.take({ types: ['task'] })
  await stage.cycle({ instance: 'waiting', wanted: [0], types: ['task'], leaseMs: 1e9 })
  return { key, run }
}
