import { asId, asObject, asText, integerIn, oneOf, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import type { Job, Result } from '../core/job.js'
import { jobOf, resultOf, resultOfUnkept } from '../core/job-view.js'
import { partedValue } from '../core/parted-result.js'
import type { ControlAnswer, JobRecord, ListQuery } from '../core/queue-adapter.js'
import { asStoreError } from '../engine/store-call.js'
import { type Priority, priorities } from '../core/priority.js'
import { type JobStatus, finalStates, isFinal, jobStates } from '../core/states.js'
import type { JobPages } from '../core/job-pages.js'
import type { PagesOptions } from '../crawl-api.js'
import type { JobList, ListOptions } from '../service-api.js'
import type { Hub } from './hub.js'
import { pagesQuery, readPages, removePages } from './job-pages.js'
import { noJob } from './no-job.js'
import type { WaitOptions } from './waiter.js'

const longestWaitMs = 30 * 86_400_000
const maxSearch = 200

/** Everything one does with a job that stands: look, wait, cancel, retry, move, discard; and lists of them. */
export class Control {
  readonly #hub: Hub

  constructor(hub: Hub) {
    this.#hub = hub
  }

  async get(id: string): Promise<Job | null> {
    const record = await this.#find(id)
    return record ? jobOf(record, this.#hub.storeTime.now()) : null
  }

  async result(id: string): Promise<Result | null> {
    const record = await this.#find(id)
    return record && isFinal(record.status) ? this.#resultOf(record) : null
  }

  async pages(id: string, options: PagesOptions): Promise<JobPages> {
    const query = pagesQuery(options)
    const record = await this.#find(id)
    if (!record) throw noJob(id)
    const { storage, clock } = this.#hub.options
    const answer = await this.#hub.ask(() => readPages(storage, record, isFinal(record.status), query))
    // Who asks again and again must not keep the event loop, or the store, from all else.
    if (answer.pages.length === 0 && answer.nextCursor !== null) await clock.sleep(emptyPauseMs)
    return answer
  }

  async wait(id: string, options: WaitOptions): Promise<Result> {
    const checked = waitOptions(options)
    asId(id, { path: '/id' })
    return this.#hub.waiter.wait(id, checked, {
      read: async () => {
        const record = await this.#find(id)
        if (!record) return 'missing'
        return isFinal(record.status) ? this.#resultOf(record) : null
      },
      // Of a job that failed or was cancelled it cannot be said how: that stood in the record.
      whenMissing: (ended) => {
        if (ended?.status !== 'completed') throw noJob(id)
        return resultOfUnkept(id, this.#hub.storeTime.now())
      },
    })
  }

  async cancel(id: string, options: { readonly reason?: string }): Promise<Job> {
    const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
    onlyKeys(fields, ['reason'], { path: '' })
    const reason = fields['reason'] === undefined ? null : asText(fields['reason'], 500, { path: '/reason' })
    asId(id, { path: '/id' })
    const token = this.#hub.newId()
    const record = this.#done(
      id,
      await this.#hub.ask((store) => store.cancel({ id, token, reason })),
      'cancelled',
    )
    const { emitter, options: settings, storeTime } = this.#hub
    emitter.emit('job:cancelled', { jobId: id, type: record.type, at: settings.clock.now(), reason })
    return jobOf(record, storeTime.now())
  }

  async retry(id: string): Promise<Job> {
    asId(id, { path: '/id' })
    const token = this.#hub.newId()
    const answer = await this.#hub.ask((store) => store.retry({ id, token }))
    const record = this.#done(id, answer, 'retried')
    const { emitter, options, storeTime } = this.#hub
    const { type, priority } = record
    emitter.emit('job:submitted', { jobId: id, type, priority, at: options.clock.now() })
    return jobOf(record, storeTime.now())
  }

  async list(options: ListOptions): Promise<JobList> {
    const query = listQuery(options)
    const { jobs, total, nextCursor } = await this.#hub.look((store) => store.list(query))
    const now = this.#hub.storeTime.now()
    return { jobs: jobs.map((record) => jobOf(record, now)), total, nextCursor }
  }

  async reprioritise(id: string, priority: Priority): Promise<Job> {
    asId(id, { path: '/id' })
    oneOf(priority, priorities, { path: '/priority', code: 'PRIORITY_INVALID' })
    const token = this.#hub.newId()
    const answer = await this.#hub.ask((store) => store.reprioritise({ id, token, priority }))
    return jobOf(this.#done(id, answer, 'reprioritised'), this.#hub.storeTime.now())
  }

  async discard(id: string): Promise<void> {
    asId(id, { path: '/id' })
    const token = this.#hub.newId()
    const answer = await this.#hub.ask((store) => store.discard({ id, token }))
    if (answer.kind === 'conflict') throw stateConflict(id, answer.status, 'discarded')
    if (answer.kind === 'held') throw held(id)
    if (answer.kind === 'missing') throw noJob(id)
    await removePages(this.#hub.options.storage, id).catch((error: unknown) =>
      this.#hub.onError(asStoreError(error)),
    )
  }

  #find(id: string): Promise<JobRecord | null> {
    asId(id, { path: '/id' })
    return this.#hub.ask((store) => store.get(id))
  }

  async #resultOf(record: JobRecord): Promise<Result> {
    const parts = await this.#hub.ask(() => this.#hub.results.read(record))
    return resultOf(record, await partedValue(parts, this.#hub.options.clock))
  }

  #done(id: string, answer: ControlAnswer, verb: keyof typeof allowedFor): JobRecord {
    if (answer.kind === 'done') return answer.job
    if (answer.kind === 'missing') throw noJob(id)
    throw stateConflict(id, answer.status, verb)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Before an answer without pages, of a job that has not ended. */
const emptyPauseMs = 200

/** The states in which each can be done. */
const allowedFor = {
  cancelled: ['pending', 'processing', 'retrying', 'blocked'],
  retried: ['dead_letter', 'cancelled'],
  reprioritised: ['pending', 'retrying', 'blocked'],
  discarded: finalStates,
} as const satisfies Record<string, readonly JobStatus[]>

function stateConflict(id: string, status: JobStatus, verb: keyof typeof allowedFor): RiptideError {
  const allowed = allowedFor[verb]
  const text = `job ${describe(id)} is ${status}; only one that is ${allowed.join(', ')} can be ${verb}`
  return new RiptideError('STATE_CONFLICT', text, { facts: { state: status, allowed } })
}

function held(id: string): RiptideError {
  const text = `job ${describe(id)} cannot be discarded: jobs that depend on it have not ended`
  return new RiptideError('STATE_CONFLICT', text, { facts: { held: true } })
}

function waitOptions(options: unknown): WaitOptions {
  const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['timeoutMs', 'signal'], { path: '' })
  const { timeoutMs, signal } = fields
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrong('ARGUMENT_INVALID', { path: '/signal' }, 'must be an AbortSignal', signal)
  }
  return {
    ...(timeoutMs === undefined
      ? {}
      : { timeoutMs: integerIn(timeoutMs, 0, longestWaitMs, { path: '/timeoutMs' }) }),
    ...(signal === undefined ? {} : { signal }),
  }
}

function listQuery(options: unknown): ListQuery {
  const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['status', 'type', 'search', 'limit', 'offset', 'cursor'], { path: '' })
  const page = { code: 'PAGE_INVALID' } as const
  const { status, type, search, limit, offset, cursor } = fields
  if (cursor !== undefined && offset !== undefined && offset !== 0) {
    throw new RiptideError('PAGE_INVALID', 'give a cursor or an offset, not both', { path: '/cursor' })
  }
  if (typeof search === 'string' && search.length > maxSearch) {
    throw new RiptideError(
      'QUERY_TOO_LONG',
      `/search may have at most ${maxSearch} characters; got ${search.length}`,
      { path: '/search' },
    )
  }
  return {
    status: status === undefined ? null : oneOf(status, jobStates, { path: '/status' }),
    type: type === undefined ? null : asId(type, { path: '/type' }),
    search: search === undefined || search === '' ? null : asText(search, maxSearch, { path: '/search' }),
    limit: limit === undefined ? 50 : integerIn(limit, 1, 500, { path: '/limit', ...page }),
    offset: offset === undefined ? 0 : integerIn(offset, 0, 1e9, { path: '/offset', ...page }),
    cursor: cursor === undefined ? null : asText(cursor, 1000, { path: '/cursor', ...page }),
  }
}
