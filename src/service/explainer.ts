import { asId } from '../core/check.js'
import type { JobRecord, KeyQuery, QueueAdapter } from '../core/queue-adapter.js'
import type { Explanation } from '../control-api.js'
import { type ExplainFacts, explain } from './explain.js'
import type { Hub } from './hub.js'
import { noJob } from './no-job.js'

/** Of those that a job waits for, so many are looked at. */
const shownDependencies = 20

/** Looks at all that can hold up a job, and says what does. */
export class Explainer {
  readonly #hub: Hub

  constructor(hub: Hub) {
    this.#hub = hub
  }

  async explain(id: string): Promise<Explanation> {
    asId(id, { path: '/id' })
    const record = await this.#hub.ask((store) => store.get(id))
    if (!record) throw noJob(id)
    const { limits } = this.#hub.options
    const looked = await this.#hub.look((store) => look(store, record, limits?.rate ?? null))
    const hasOwnSlots = this.#hub.registry.hasOwnSlots(record.type)
    return explain({ record, limits, hasOwnSlots, now: this.#hub.storeTime.now(), ...looked })
  }
}

// -------------------------------------------------------------------------------------------------------------------

type Looked = Omit<ExplainFacts, 'record' | 'limits' | 'hasOwnSlots' | 'now'>

async function look(
  store: QueueAdapter,
  record: JobRecord,
  queueRate: KeyQuery['queueRate'],
): Promise<Looked> {
  const { terms, waitsFor } = record
  const key = { concurrency: terms?.concurrency?.key ?? null, rate: terms?.rate?.key ?? null, queueRate }
  const [pauses, keys, counts, instances, dependencies] = await Promise.all([
    store.pauses(),
    store.keyState(key),
    store.counts(),
    store.instances(),
    Promise.all(
      waitsFor.slice(0, shownDependencies).map(async (id) => ({
        id,
        status: (await store.get(id))?.status ?? null,
      })),
    ),
  ])
  return { pauses, keys, counts, instances, dependencies }
}
