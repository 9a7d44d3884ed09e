import { asObject, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import type { Submitted } from '../core/job.js'
import type { NewJob, SubmitAnswer } from '../core/queue-adapter.js'
import type { ScheduledJob } from '../core/schedule.js'
import { GroupLane } from '../engine/group-lane.js'
import { stepBytesOf } from '../engine/step-size.js'
import type { BulkAnswer, BulkEntry, ScheduleInput, SubmitOptions, SubmitSpec } from '../service-api.js'
import type { Hub } from './hub.js'
import { scheduleFrom, scheduledJobOf } from './schedule-book.js'
import { type Draft, type SubmissionRules, below, draftJob } from './submission.js'

/** How long the names that other workers know are remembered. */
const namesMs = 2_000

/** The side that makes work: checks what is submitted and hands it to the store in groups. */
export class Producer {
  readonly #hub: Hub
  readonly #lane: GroupLane<NewJob, SubmitAnswer>
  readonly #rules: SubmissionRules
  #names: { readonly list: readonly string[]; readonly at: number } | undefined

  constructor(hub: Hub) {
    this.#hub = hub
    const { clock, queue, workers, maxPayloadBytes } = hub.options
    this.#rules = {
      registry: hub.registry,
      jobTimeoutMs: workers.jobTimeoutMs,
      maxPayloadBytes,
      clock,
      namesElsewhere: () => this.#namesElsewhere(),
    }
    this.#lane = new GroupLane({
      clock,
      limits: queue.limits,
      sizeOf: (job) => stepBytesOf(job.payload) + stepBytesOf(job.options) + 200,
      send: (jobs) => hub.ask((store) => store.submit(jobs)),
    })
  }

  async submit(spec: SubmitSpec, options: SubmitOptions): Promise<Submitted> {
    const { value: job, checked } = draftJob(spec, options, this.#hub.options.clock.now(), this.#rules)
    if (checked) await checked
    const [answer] = await this.#lane.push([job])
    return this.#told(job, answer)
  }

  async submitMany(entries: readonly BulkEntry[], options: SubmitOptions): Promise<readonly BulkAnswer[]> {
    if (!Array.isArray(entries)) {
      throw wrong('ARGUMENT_INVALID', { path: '' }, 'must be an array of jobs', entries)
    }
    // Not `map`, which passes over the holes of an array.
    const drafts = Array.from(entries, (entry: unknown, i) => at(i, () => this.#draftEntry(entry, options)))
    await Promise.all(
      drafts.flatMap(({ checked }, i) => checked?.catch((thrown: unknown) => atFault(i, thrown)) ?? []),
    )
    const jobs = drafts.map((draft) => draft.value)
    const answers = await this.#lane.push(jobs)
    return jobs.map((job, i) => this.#bulkAnswer(job, answers[i]))
  }

  /** In the transaction that is open on a connection of the app's own; nothing here waits, and nothing is told yet. */
  submitIn(connection: unknown, spec: SubmitSpec, options: SubmitOptions): Submitted {
    const { clock, queue } = this.#hub.options
    if (!queue.submitIn) throw notShared(queue.kind)
    const { value: job } = draftJob(spec, options, clock.now(), { ...this.#rules, atOnce: true })
    const [answer] = queue.submitIn(connection, [job])
    return submittedOf(answer)
  }

  async schedule(given: ScheduleInput): Promise<ScheduledJob> {
    const schedule = await scheduleFrom(given, this.#hub.storeTime.now(), this.#rules)
    return scheduledJobOf(await this.#hub.ask((store) => store.putSchedule(schedule)))
  }

  #draftEntry(entry: unknown, shared: SubmitOptions): Draft<NewJob> {
    const now = this.#hub.options.clock.now()
    const own = asOwnEntry(entry)
    return own
      ? draftJob(own.job, own.options ?? shared, now, this.#rules)
      : draftJob(entry, shared, now, this.#rules)
  }

  #bulkAnswer(job: NewJob, answer: SubmitAnswer | undefined): BulkAnswer {
    try {
      return this.#told(job, answer)
    } catch (error) {
      return { id: job.id, created: false, error: error as RiptideError }
    }
  }

  /** The store's answer as the caller gets it; a job that was made is told to whoever listens. */
  #told(job: NewJob, answer: SubmitAnswer | undefined): Submitted {
    const submitted = submittedOf(answer)
    const { emitter, options } = this.#hub
    if (submitted.created && emitter.hears('job:submitted')) {
      emitter.emit('job:submitted', {
        jobId: job.id,
        type: job.type,
        priority: job.priority,
        at: options.clock.now(),
      })
    }
    return submitted
  }

  async #namesElsewhere(): Promise<readonly string[]> {
    const now = this.#hub.options.clock.monotonic()
    if (!this.#names || now - this.#names.at > namesMs) {
      const instances = await this.#hub.ask((store) => store.instances())
      const builtIn = this.#hub.builtIn.definitions.map((definition) => definition.jobName)
      const list = instances.filter((one) => one.healthy).flatMap((one) => one.types)
      this.#names = { list: list.filter((name) => !builtIn.includes(name)), at: now }
    }
    return this.#names.list
  }
}

// -------------------------------------------------------------------------------------------------------------------

function submittedOf(answer: SubmitAnswer | undefined): Submitted {
  if (!answer)
    throw new RiptideError('ADAPTER_INVALID', 'the queue adapter gave fewer answers than it was sent jobs')
  if (answer.kind === 'conflict') throw conflict(answer.id)
  if (answer.kind === 'full') throw full(answer.limit)
  return { id: answer.id, created: answer.kind === 'created', status: answer.status }
}

/** What `run` answers; its error says which entry it is about. */
function at<T>(i: number, run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    return atFault(i, thrown)
  }
}

function atFault(i: number, thrown: unknown): never {
  throw below(`/${i}`, thrown)
}

function asOwnEntry(entry: unknown): { readonly job: unknown; readonly options?: SubmitOptions } | undefined {
  if (typeof entry !== 'object' || entry === null || !('job' in entry) || 'type' in entry) return undefined
  onlyKeys(asObject(entry, { path: '' }), ['job', 'options'], { path: '' })
  return entry
}

function conflict(id: string): RiptideError {
  return new RiptideError(
    'JOB_ID_CONFLICT',
    `another job has the id ${describe(id)} already, with other content`,
    { path: '/id' },
  )
}

function notShared(kind: string): RiptideError {
  const text = `a ${kind} queue has no transaction that an app could share; submitIn is for sqliteQueue`
  return new RiptideError('NOT_SUPPORTED', text)
}

function full(limit: string): RiptideError {
  return new RiptideError('STORE_FULL', `the queue is full (${limit}); nothing was added`, {
    retryable: true,
    facts: { limit },
  })
}
