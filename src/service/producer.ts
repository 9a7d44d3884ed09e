import { asId, asObject, asText, wrong } from '../core/check.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import type { KeyedRequest, Submitted } from '../core/job.js'
import type { NewJob, SubmitAnswer } from '../core/queue-adapter.js'
import type { ScheduledJob } from '../core/schedule.js'
import type { FlowInput, FlowSubmitted } from '../control-api.js'
import { GroupLane } from '../engine/group-lane.js'
import type { BulkAnswer, BulkEntry, ScheduleInput, SubmitOptions, SubmitSpec } from '../service-api.js'
import { type Asked, askedOf, draftAll } from './asked.js'
import type { Drafter } from './drafter.js'
import { type FlowJobDraft, checkParents, checkSteps, sendFlow } from './flow-sending.js'
import { type FlowPlan, flowFault, planFlow } from './flow.js'
import type { Hub } from './hub.js'
import { type KeptAnswers, KeyedRequests, reused } from './keyed-requests.js'
import { putSchedule } from './schedule-put.js'
import { StandingJobs } from './standing.js'
import { conflict, notShared, submittedOf } from './submit-answer.js'
import { jobBytes, stepsOf } from './submit-steps.js'
import { readable } from './submission.js'

/** The side that makes work: has what is submitted checked, and hands it to the store in groups. */
export class Producer {
  readonly #hub: Hub
  readonly #drafter: Drafter
  readonly #lane: GroupLane<NewJob, SubmitAnswer>
  readonly #standing: StandingJobs
  readonly #requests: KeyedRequests

  constructor(hub: Hub, drafter: Drafter) {
    this.#hub = hub
    this.#drafter = drafter
    this.#standing = new StandingJobs(hub)
    this.#requests = new KeyedRequests(hub)
    const { clock, queue } = hub.options
    this.#lane = new GroupLane({
      clock,
      limits: queue.limits,
      sizeOf: jobBytes,
      send: (jobs) => this.#send(jobs),
    })
  }

  async submit(spec: SubmitSpec, options: SubmitOptions, request?: KeyedRequest): Promise<Submitted> {
    if (request !== undefined) return this.#submitKeyed(spec, options, requestOf(request))
    const drafting = this.#drafter.draft(spec, options)
    const { value: job, checked } = drafting instanceof Promise ? await drafting : drafting
    if (checked) await checked
    return this.add(job)
  }

  /** Hands one job to the store. */
  async add(job: NewJob): Promise<Submitted> {
    const [answer] = await this.#lane.push([job])
    return this.#told(job, answer)
  }

  async submitMany(
    entries: readonly BulkEntry[],
    options: SubmitOptions,
    given?: KeyedRequest,
  ): Promise<readonly BulkAnswer[]> {
    if (!Array.isArray(entries)) {
      throw wrong('ARGUMENT_INVALID', { path: '' }, 'must be an array of jobs', entries)
    }
    const request = given === undefined ? undefined : requestOf(given)
    // Not `map`, which passes over the holes of an array.
    const all = Array.from(entries, (entry: unknown, i) => askedOf(entry, i, options))
    const drafting = this.#draftAll(all, request)
    const kept = await this.#keptOf(request)
    if (kept?.size === all.length) return all.flatMap((_, i) => kept.get(i) ?? [])
    const jobs = await drafting
    // The ids of all such requests with one key begin alike.
    if (request && !kept) await this.#begin(request, jobs.slice(0, 1))
    const answers = await this.#pushAll(jobs, kept ?? none)
    const told = jobs.map((job, i) => kept?.get(i) ?? this.#bulkAnswer(job, answers.get(i)))
    if (request) await this.#keep(request, heldByOthers(jobs, told), true)
    return told
  }

  /** Nobody comes before those that it depends on, and none beside a job of the same id that is another. */
  async submitFlow(flow: FlowInput, given?: KeyedRequest): Promise<FlowSubmitted> {
    const request = given === undefined ? undefined : requestOf(given)
    const plan = readable(() => planFlow(flow, () => this.#hub.newId()))
    const drafting = this.#draftFlow(plan, request)
    const kept = await this.#keptOf(request)
    const drafts = await drafting
    const { queue, retention } = this.#hub.options
    checkParents(drafts)
    checkSteps(drafts, retention.completed, queue.limits)
    if (!plan.isNew) await this.#refuseAliens(drafts)
    if (request && !kept) await this.#requests.begin(request)
    const submitted = await sendFlow(drafts, {
      limits: queue.limits,
      send: (jobs) => this.#send(jobs),
      told: (job, answer) => this.#told(job, answer),
      kept: kept ?? none,
    })
    const jobs = drafts.map(({ job }) => job)
    if (request) await this.#keep(request, heldByOthers(jobs, [...submitted.values()]), true)
    return { id: plan.id, jobs: Object.fromEntries(submitted) }
  }

  /** In the transaction that is open on a connection of the app's own; nothing here waits, and nothing is told yet. */
  submitIn(connection: unknown, spec: SubmitSpec, options: SubmitOptions): Submitted {
    const { queue } = this.#hub.options
    if (!queue.submitIn) throw notShared(queue.kind)
    const [answer] = queue.submitIn(connection, [this.#drafter.draftAtOnce(spec, options)])
    return submittedOf(answer)
  }

  async schedule(given: ScheduleInput): Promise<ScheduledJob> {
    return putSchedule(given, this.#hub, this.#drafter)
  }

  async #submitKeyed(spec: SubmitSpec, options: SubmitOptions, request: KeyedRequest): Promise<Submitted> {
    const drafting = draftAll([{ spec, options, faultOf: (thrown) => thrown }], this.#drafter)
    drafting.catch(() => undefined)
    const kept = await this.#requests.find(request)
    const before = kept?.get(0)
    if (before) return before
    const jobs = await drafting
    const told = await Promise.all(jobs.map((job) => this.add(job)))
    // Up to here the id of the one job tells.
    await this.#keep(request, heldByOthers(jobs, told), kept !== undefined)
    const [submitted] = told
    if (submitted) return submitted
    throw new RiptideError('ADAPTER_INVALID', 'the queue adapter gave no answer')
  }

  /** Whoever asks for the drafts may never come to look at them. */
  #draftAll(all: readonly Asked[], request: KeyedRequest | undefined): Promise<readonly NewJob[]> {
    const drafting = draftAll(all, this.#drafter, request?.digest)
    drafting.catch(() => undefined)
    return drafting
  }

  #draftFlow({ entries }: FlowPlan, request: KeyedRequest | undefined): Promise<readonly FlowJobDraft[]> {
    const all = entries.map(({ name, spec, options }) => ({
      spec,
      options,
      faultOf: (thrown: unknown) => flowFault(name, thrown),
    }))
    const named = (jobs: readonly NewJob[]): readonly FlowJobDraft[] =>
      entries.flatMap(({ name, parents }, i) => (jobs[i] ? [{ name, parents, job: jobs[i] }] : []))
    const drafting = this.#draftAll(all, request).then(named)
    drafting.catch(() => undefined)
    return drafting
  }

  async #keptOf(request: KeyedRequest | undefined): Promise<KeptAnswers | undefined> {
    return request && this.#requests.find(request)
  }

  /** `jobs` tell whether the id was another request's, of which the storage knows no more. */
  async #begin(request: KeyedRequest, jobs: readonly NewJob[]): Promise<void> {
    if (await this.#standing.firstAlien(jobs)) throw reused()
    await this.#requests.begin(request)
  }

  async #keep(request: KeyedRequest, held: KeptAnswers, isKnown: boolean): Promise<void> {
    if (held.size > 0 || !isKnown) await this.#requests.keep(request, held)
  }

  async #refuseAliens(flow: readonly FlowJobDraft[]): Promise<void> {
    const alien = await this.#standing.firstAlien(flow.map(({ job }) => job))
    const its = flow.find(({ job }) => job === alien)
    if (its) throw flowFault(its.name, conflict(its.job.id))
  }

  #send(jobs: readonly NewJob[]): Promise<readonly SubmitAnswer[]> {
    return this.#hub.ask((store) => store.submit(jobs))
  }

  /**
   * What became of each, by its place, but for those kept. A step that fails is told of by its own jobs, since others may have been
   * added; where all fail, its error is that of the call.
   */
  async #pushAll(
    jobs: readonly NewJob[],
    kept: KeptAnswers,
  ): Promise<ReadonlyMap<number, SubmitAnswer | RiptideError>> {
    const places = [...jobs.keys()].filter((i) => !kept.has(i))
    const left = jobs.filter((_, i) => !kept.has(i))
    const steps = stepsOf(left, this.#hub.options.queue.limits)
    const settled = await Promise.allSettled(steps.map((step) => this.#lane.push(step)))
    const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    const foreign = failures.find((reason) => !isRiptideError(reason))
    if (failures.length > 0 && (failures.length === settled.length || foreign)) throw foreign ?? failures[0]
    const answers = settled.flatMap((one, i): readonly (SubmitAnswer | RiptideError)[] =>
      one.status === 'fulfilled' ? one.value : (steps[i] ?? []).map(() => one.reason as RiptideError),
    )
    return new Map(places.flatMap((place, i) => (answers[i] ? [[place, answers[i]] as const] : [])))
  }

  #bulkAnswer(job: NewJob, answer: SubmitAnswer | RiptideError | undefined): BulkAnswer {
    try {
      if (isRiptideError(answer)) throw answer
      return this.#told(job, answer)
    } catch (error) {
      return { id: job.id, created: false, error: error as RiptideError }
    }
  }

  /** The store's answer as the caller gets it; a job that was made is told to whoever listens. */
  #told(job: NewJob | undefined, answer: SubmitAnswer | undefined): Submitted {
    const submitted = submittedOf(answer)
    const { emitter, options } = this.#hub
    if (job && submitted.created && emitter.hears('job:submitted')) {
      const { type, priority } = job
      emitter.emit('job:submitted', { jobId: job.id, type, priority, at: options.clock.now() })
    }
    return submitted
  }
}

// -------------------------------------------------------------------------------------------------------------------

const none: KeptAnswers = new Map()

function requestOf(given: unknown): KeyedRequest {
  const { id, digest } = asObject(given, { path: '/request', code: 'ARGUMENT_INVALID' })
  return {
    id: asId(id, { path: '/request/id' }),
    digest: asText(digest, 100, { path: '/request/digest' }),
  }
}

/** The answers that only tell of another job. */
function heldByOthers(jobs: readonly NewJob[], told: readonly BulkAnswer[]): KeptAnswers {
  const others = told.flatMap((answer, i): (readonly [number, Submitted])[] =>
    'error' in answer || answer.id === jobs[i]?.id ? [] : [[i, answer]],
  )
  return new Map(others)
}
