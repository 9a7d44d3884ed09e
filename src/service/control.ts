import { asId, asObject, asText, integerIn, oneOf, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import type { Job, Result } from '../core/job.js'
import { jobOf, resultOf, resultOfUnkept } from '../core/job-view.js'
import type { ControlAnswer, JobRecord, ListQuery } from '../core/queue-adapter.js'
import type { ScheduledJob } from '../core/schedule.js'
import { type JobStatus, isFinal, jobStates } from '../core/states.js'
import type { JobList, ListOptions } from '../service-api.js'
import type { Hub } from './hub.js'
import { scheduledJobOf } from './schedule-book.js'
import type { WaitOptions } from './waiter.js'

const longestWaitMs = 30 * 86_400_000
const maxSearch = 200

/** Everything one does with jobs and schedules that stand: look, wait, cancel, retry, list, remove. */
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
        if (ended?.status !== 'completed') throw notFound(id)
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

  async schedules(): Promise<readonly ScheduledJob[]> {
    const records = await this.#hub.ask((store) => store.schedules())
    return records.map(scheduledJobOf)
  }

  async removeSchedule(id: string): Promise<void> {
    asId(id, { path: '/id' })
    const token = this.#hub.newId()
    if (await this.#hub.ask((store) => store.removeSchedule(id, token))) return
    throw new RiptideError('SCHEDULE_NOT_FOUND', `there is no schedule with the id ${describe(id)}`)
  }

  #find(id: string): Promise<JobRecord | null> {
    asId(id, { path: '/id' })
    return this.#hub.ask((store) => store.get(id))
  }

  async #resultOf(record: JobRecord): Promise<Result> {
    return resultOf(record, await this.#hub.ask(() => this.#hub.results.read(record)))
  }

  #done(id: string, answer: ControlAnswer, verb: string): JobRecord {
    if (answer.kind === 'done') return answer.job
    if (answer.kind === 'missing') throw notFound(id)
    throw stateConflict(id, answer.status, verb)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function notFound(id: string): RiptideError {
  return new RiptideError('JOB_NOT_FOUND', `there is no job with the id ${describe(id)}`)
}

function stateConflict(id: string, status: JobStatus, verb: string): RiptideError {
  const allowed =
    verb === 'cancelled' ? ['pending', 'processing', 'retrying', 'blocked'] : ['dead_letter', 'cancelled']
  const text = `job ${describe(id)} is ${status}; only one that is ${allowed.join(', ')} can be ${verb}`
  return new RiptideError('STATE_CONFLICT', text, { facts: { state: status, allowed } })
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
