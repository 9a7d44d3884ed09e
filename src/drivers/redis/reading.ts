import type {
  InstanceRecord,
  JobRecord,
  KeyQuery,
  KeyState,
  LeaseRef,
  ListAnswer,
  ListQuery,
  Pauses,
  QueueCounts,
  Setting,
  SettingsQuery,
  Step,
  StoreMetrics,
} from '../../core/queue-adapter.js'
import { countJobs, metricsOf, readNumbers } from './counting.js'
import { readInstances } from './instance-words.js'
import { readJob } from './job-reading.js'
import { keyStateOf, keyWords } from './key-words.js'
import { listJobs } from './listing.js'
import { nameOf, textOf, wordOf } from './names.js'
import { type Namespace, ask, readScripts } from './read-scripts.js'
import { settingsIn, settingsWords } from './settings-words.js'
import { stepsIn } from './step-words.js'

/** What looks into a namespace; nothing here changes it. */
export class Reading {
  readonly #space: Namespace

  constructor(space: Namespace) {
    this.#space = space
  }

  get(id: string): Promise<JobRecord | null> {
    return readJob(this.#space, id)
  }

  list(query: ListQuery): Promise<ListAnswer> {
    return listJobs(this.#space, query)
  }

  counts(): Promise<QueueCounts> {
    return countJobs(this.#space)
  }

  async metrics(): Promise<StoreMetrics> {
    return metricsOf(await readNumbers(this.#space))
  }

  instances(): Promise<readonly InstanceRecord[]> {
    return readInstances(this.#space)
  }

  async pauses(): Promise<Pauses> {
    const words = (await ask(this.#space, readScripts.pauses, [])) as readonly string[]
    const types = words.filter((word) => word.startsWith('t')).map((word) => textOf(word.slice(1)))
    return { queue: words.includes('q'), types }
  }

  async keyState(query: KeyQuery): Promise<KeyState> {
    const [now, ...reply] = (await ask(this.#space, readScripts.key, keyWords(query))) as readonly string[]
    return keyStateOf(reply, Number(now))
  }

  async settings(query: SettingsQuery): Promise<readonly Setting[]> {
    return settingsIn(await ask(this.#space, readScripts.settings, settingsWords(query)))
  }

  async steps({ id, fence }: LeaseRef): Promise<readonly Step[] | null> {
    const reply = await ask(this.#space, readScripts.steps, [nameOf(id), wordOf(fence)])
    return reply === 'lost' ? null : stepsIn(reply as readonly string[])
  }
}
