import type {
  InstanceRecord,
  JobRecord,
  ListAnswer,
  ListQuery,
  QueueCounts,
  StoreMetrics,
} from '../../core/queue-adapter.js'
import { countJobs, metricsOf, readNumbers } from './counting.js'
import { readInstances } from './instance-words.js'
import { readJob } from './job-reading.js'
import { listJobs } from './listing.js'
import type { Namespace } from './read-scripts.js'

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
}
