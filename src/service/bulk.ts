import { abortReason } from '../core/abort.js'
import { asBoolean, asId, asObject, asText, integerIn, oneOf, onlyKeys, wrong } from '../core/check.js'
import { internalPrefix } from '../core/job-terms.js'
import { jobOf } from '../core/job-view.js'
import type { JobRecord, QueueAdapter } from '../core/queue-adapter.js'
import { type FinalStatus, finalStates } from '../core/states.js'
import type { BulkOptions, BulkOutcome, EndedFilter } from '../control-api.js'
import { asStoreError } from '../engine/store-call.js'
import type { Hub } from './hub.js'
import { removePages } from './job-pages.js'

/** Jobs that are looked at, and done something to, in one step. */
const stepSize = 64
const sampleSize = 20
/** Those of pdf_extraction and others have none. */
const mayHavePages: ReadonlySet<string> = new Set(['single_crawl', 'batch_crawl', 'spider_crawl'])
const longestAgeMs = 10 * 366 * 86_400_000

/** Which ended jobs, with all that was left out. */
interface Filter {
  readonly status: FinalStatus
  readonly type: string | null
  readonly error: string | undefined
  readonly olderThanMs: number
  readonly newerThanMs: number
  readonly limit: number
}

interface Found {
  readonly id: string
  readonly type: string
  readonly depends: boolean
}

/** What is done to one job; false when it has moved on, or is held. */
type Act = (store: QueueAdapter, job: Found, token: string) => Promise<boolean>

/**
 * Does one thing to all ended jobs that fit, oldest first, a bounded number at a time: a job that depends on others lives again
 * only when they do, and so waits for them.
 */
export class Bulk {
  readonly #hub: Hub

  constructor(hub: Hub) {
    this.#hub = hub
  }

  retry(filter: EndedFilter, options: BulkOptions): Promise<BulkOutcome> {
    return this.#each(
      filterOf(filter, ['dead_letter', 'cancelled']),
      options,
      async (store, { id }, token) => {
        const answer = await store.retry({ id, token })
        if (answer.kind !== 'done') return false
        const { type, priority } = answer.job
        const { emitter, options: settings } = this.#hub
        emitter.emit('job:submitted', { jobId: id, type, priority, at: settings.clock.now() })
        return true
      },
    )
  }

  discard(filter: EndedFilter, options: BulkOptions): Promise<BulkOutcome> {
    return this.#each(filterOf(filter, finalStates), options, async (store, job, token) => {
      const isDone = (await store.discard({ id: job.id, token })).kind === 'done'
      if (isDone && mayHavePages.has(job.type)) await this.#removePages(job.id)
      return isDone
    })
  }

  /** What cannot be removed goes by its time. */
  async #removePages(id: string): Promise<void> {
    const { storage } = this.#hub.options
    await removePages(storage, id).catch((error: unknown) => this.#hub.onError(asStoreError(error)))
  }

  async #each(filter: Filter, options: BulkOptions, act: Act): Promise<BulkOutcome> {
    const { dryRun, signal } = bulkOptions(options)
    const found: Found[] = []
    let cursor: string | null = null
    do {
      if (signal?.aborted) throw abortReason(signal)
      const page = await this.#page(filter, cursor)
      const now = this.#hub.storeTime.now()
      const fitting = page.jobs.filter((job) => fits(job, filter, now)).slice(0, filter.limit - found.length)
      for (const { id, type, terms } of fitting)
        found.push({ id, type, depends: (terms?.dependsOn.length ?? 0) > 0 })
      cursor = page.nextCursor
    } while (cursor !== null && found.length < filter.limit)
    const sample = found.slice(0, sampleSize).map(({ id }) => id)
    let done = 0
    if (!dryRun) for (const step of stepsOf(found.toReversed())) done += await this.#actOn(step, act, signal)
    return { matched: found.length, done, skipped: dryRun ? 0 : found.length - done, sample }
  }

  #page({ status, type }: Filter, cursor: string | null) {
    const query = { status, type, search: null, limit: stepSize, offset: 0, cursor }
    return this.#hub.look((store) => store.list(query))
  }

  async #actOn(jobs: readonly Found[], act: Act, signal: AbortSignal | undefined): Promise<number> {
    if (signal?.aborted) throw abortReason(signal)
    const did = await Promise.all(
      jobs.map((job) => {
        const token = this.#hub.newId()
        return this.#hub.ask((store) => act(store, job, token))
      }),
    )
    return did.filter(Boolean).length
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** What is done at once: a job that depends on others comes after all before it. */
function* stepsOf(found: readonly Found[]): Generator<readonly Found[]> {
  let step: Found[] = []
  for (const one of found) {
    if (step.length === stepSize || (one.depends && step.length > 0)) {
      yield step
      step = []
    }
    step.push(one)
    if (!one.depends) continue
    yield step
    step = []
  }
  if (step.length > 0) yield step
}

function fits(record: JobRecord, { type, error, olderThanMs, newerThanMs }: Filter, now: number): boolean {
  // The library's own are taken only where their type is named.
  if (type === null && record.type.startsWith(internalPrefix)) return false
  const ageMs = now - (record.completedAt ?? record.createdAt)
  if (ageMs < olderThanMs || ageMs >= newerThanMs) return false
  return error === undefined || jobOf(record, now).lastError?.code === error
}

function filterOf(given: unknown, allowed: readonly FinalStatus[]): Filter {
  const fields = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['status', 'type', 'error', 'olderThanMs', 'newerThanMs', 'limit'], { path: '' })
  const { status, type, error, olderThanMs, newerThanMs, limit } = fields
  const age = (value: unknown, path: string): number => integerIn(value, 0, longestAgeMs, { path })
  return {
    status: status === undefined ? 'dead_letter' : oneOf(status, allowed, { path: '/status' }),
    type: type === undefined ? null : asId(type, { path: '/type' }),
    error: error === undefined ? undefined : asText(error, 100, { path: '/error' }),
    olderThanMs: olderThanMs === undefined ? Number.NEGATIVE_INFINITY : age(olderThanMs, '/olderThanMs'),
    newerThanMs: newerThanMs === undefined ? Number.POSITIVE_INFINITY : age(newerThanMs, '/newerThanMs'),
    limit: limit === undefined ? Number.POSITIVE_INFINITY : integerIn(limit, 1, 1e9, { path: '/limit' }),
  }
}

function bulkOptions(given: unknown): {
  readonly dryRun: boolean
  readonly signal: AbortSignal | undefined
} {
  const fields = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['dryRun', 'signal'], { path: '' })
  const { dryRun, signal } = fields
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw wrong('ARGUMENT_INVALID', { path: '/signal' }, 'must be an AbortSignal', signal)
  return { dryRun: dryRun === undefined ? false : asBoolean(dryRun, { path: '/dryRun' }), signal }
}
