import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import type { FireAnswer, FireRequest, NewJob, QueueAdapter } from '../core/queue-adapter.js'
import { type Random, digestOf, idOf } from '../core/random.js'
import {
  type ScheduleDefinition,
  type OpenedSchedule,
  type SlotJob,
  readDefinition,
} from '../core/schedule.js'
import { type FirePlan, planFire } from './due-slots.js'
import type { Emitter } from './emitter.js'
import { Loop } from './loop.js'
import { type Recurrence, parseRecurrence } from './next-run.js'
import { Stopper } from '../core/stopper.js'
import { asStoreError, untilAnswered } from './store-call.js'
import type { StoreTime } from './store-time.js'

export interface SchedulerOptions {
  /** Unique to this start of a service. */
  readonly instance: string
  readonly adapter: QueueAdapter
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly emitter: Emitter
  readonly storeTime: StoreTime
  /** What a slot of a schedule that follows a template makes now. */
  readonly jobOfSlot?: ((definition: ScheduleDefinition) => Promise<SlotJob>) | undefined
  readonly onError: (error: RiptideError) => void
}

interface Entry {
  readonly record: OpenedSchedule
  readonly definition: ScheduleDefinition
  readonly recurrence: Recurrence
}

/** A slot that is not later than this is on time; an older one was missed. */
const graceMs = 10_000
/** The schedules are read again this often, whatever has been heard. */
const reloadMs = 5_000
/** One schedule makes at most so many jobs before the others have their turn. */
const firesPerTurn = 100
/** How long one call to the store is sent again before the turn fails. */
const patienceMs = 5_000

/**
 * Fires schedules. There is no leader: every process looks, and the store's compare-and-set on the slot lets one of them
 * through, which inserts the job in the same step. The job's id follows from schedule, version and slot.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #loop: Loop
  #entries: Entry[] = []
  #loadedAt = Number.NEGATIVE_INFINITY
  /** Which definitions were told that cannot be read: once is enough, though they are looked at again and again. */
  #told: ReadonlySet<string> = new Set()
  #stopping = true
  #stopper = new Stopper()

  constructor(options: SchedulerOptions) {
    this.#options = options
    const { clock, onError } = options
    this.#loop = new Loop({ clock, onError, pauseMs: () => this.#pauseMs(), run: () => this.#turn() })
  }

  start(): void {
    this.#stopping = false
    this.#stopper = new Stopper()
    this.#loop.start()
    this.#loop.hurry()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const stopped = this.#loop.stop()
    this.#stopper.stop(new RiptideError('SHUTDOWN', 'the service stops'))
    await stopped
  }

  /** Someone changed a schedule. */
  reload(): void {
    this.#loadedAt = Number.NEGATIVE_INFINITY
    this.#loop.hurry()
  }

  #pauseMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { record } of this.#entries) next = Math.min(next, record.nextSlot ?? next)
    const wait = next - this.#options.storeTime.now()
    return Math.min(Math.max(wait, 0), reloadMs + this.#options.random() * 500)
  }

  async #turn(): Promise<void> {
    if (this.#options.clock.monotonic() - this.#loadedAt >= reloadMs) await this.#load()
    const failures: unknown[] = []
    for (const entry of [...this.#entries]) {
      if (this.#stopping) return
      await this.#fireDue(entry).catch((thrown: unknown) => failures.push(thrown))
    }
    // One that cannot fire must not keep the others from it; the loop then pauses, and says so.
    if (failures.length > 0) throw failures[0]
  }

  #ask<T>(send: () => Promise<T>): Promise<T> {
    const { clock, random } = this.#options
    return untilAnswered(send, { clock, random, withinMs: patienceMs, stopper: this.#stopper })
  }

  async #load(): Promise<void> {
    const records = await this.#ask(() => this.#options.adapter.schedules())
    this.#loadedAt = this.#options.clock.monotonic()
    const standing = new Set(records.map(definitionKey))
    this.#told = new Set([...this.#told].filter((key) => standing.has(key)))
    this.#entries = records.filter((record) => record.enabled).flatMap((record) => this.#read(record))
  }

  /** A schedule that this version cannot read, or this process has no key for, must not stop the others. */
  #read(record: OpenedSchedule): readonly Entry[] {
    const known = this.#entries.find(
      (entry) => entry.record.id === record.id && entry.record.version === record.version,
    )
    if (known) return [{ ...known, record }]
    try {
      const definition = readDefinition(record)
      const { cron, everyMs, timezone } = definition
      const recurrence = parseRecurrence({ ...(cron === null ? { everyMs } : { cron }), timezone })
      return [{ record, definition, recurrence }]
    } catch (thrown) {
      this.#tellUnread(record, asStoreError(thrown))
      return []
    }
  }

  #tellUnread(record: OpenedSchedule, cause: RiptideError): void {
    const key = definitionKey(record)
    if (this.#told.has(key)) return
    this.#told = new Set([...this.#told, key])
    const { id, name } = record
    const text = `the schedule "${name}" cannot be read here, and makes no job: ${cause.message}`
    const facts = { schedule: name, id }
    this.#options.onError(new RiptideError(cause.code, text, { cause, facts }))
  }

  async #fireDue(entry: Entry): Promise<void> {
    let current = entry
    for (let n = 0; n < firesPerTurn && !this.#stopping; n++) {
      const plan = this.#plan(current)
      if (plan === null) return
      const body = plan.runSlot === null ? null : await this.#bodyOf(current)
      const request = requestOf(current, plan, body, this.#options.instance)
      const answer = await this.#ask(() => this.#options.adapter.fire(request))
      if (!this.#took(current, plan, body, answer)) return
      current = { ...current, record: { ...current.record, nextSlot: plan.next } }
      this.#entries = this.#entries.map((one) => (one.record.id === current.record.id ? current : one))
    }
  }

  #plan({ record, definition, recurrence }: Entry): FirePlan | null {
    if (record.nextSlot === null) return null
    const { misfire, misfireLimit } = definition
    const now = this.#options.storeTime.now()
    return planFire({ recurrence, nextSlot: record.nextSlot, now, misfire, misfireLimit, graceMs })
  }

  /** Null for a slot that makes no job, since what it follows makes none now: that is told, and the slot passed over. */
  async #bodyOf({ record, definition }: Entry): Promise<SlotJob | null> {
    const { jobOfSlot, onError } = this.#options
    if (definition.template === undefined || !jobOfSlot) return definition
    try {
      return await jobOfSlot(definition)
    } catch (thrown) {
      const cause = asStoreError(thrown)
      // The store may answer in a moment: the turn fails, and the slot is tried again.
      if (cause.retryable) throw cause
      const text = `the schedule "${record.name}" made no job of its template: ${cause.message}`
      onError(new RiptideError(cause.code, text, { cause, facts: { schedule: record.name } }))
      return null
    }
  }

  /** Whether the schedule stands at the planned next slot now. */
  #took(entry: Entry, plan: FirePlan, body: SlotJob | null, answer: FireAnswer): boolean {
    const { storeTime, emitter, clock, logger } = this.#options
    if (answer.kind === 'early') storeTime.observe(answer.now)
    if (answer.kind === 'stale') this.#loadedAt = Number.NEGATIVE_INFINITY
    const isMoved = answer.kind === 'fired' || answer.kind === 'skipped'
    if (isMoved && plan.missed > 0)
      logger.warn('a schedule missed slots', { schedule: entry.record.name, missed: plan.missed })
    if (answer.kind === 'fired') {
      const { type, priority } = body ?? entry.definition
      emitter.emit('job:submitted', { jobId: answer.jobId, type, at: clock.now(), priority })
    }
    return isMoved
  }
}

/** The same for as long as a definition stands. */
function definitionKey({ id, version }: OpenedSchedule): string {
  return `${id} ${version}`
}

function requestOf(
  { record, definition }: Entry,
  { runSlot, slot, next, missed }: FirePlan,
  body: SlotJob | null,
  instance: string,
): FireRequest {
  const { overlap, misfireLimit: queueLimit } = definition
  const job = runSlot === null || body === null ? null : jobOf(record, body, runSlot, instance)
  return { id: record.id, version: record.version, slot, next, job, overlap, queueLimit, missed }
}

/** The id is the slot's, the same from every process; the token is this one's, so that a rival is not told that it fired. */
function jobOf(record: OpenedSchedule, body: SlotJob, slot: number, instance: string): NewJob {
  const { type, payload, options, priority, maxAttempts, terms } = body
  return {
    id: idOf('schedule', record.id, record.version, slot),
    token: instance,
    digest: digestOf(`${type}\n${payload}\n${options}`),
    type,
    priority,
    maxAttempts,
    delayMs: null,
    runAt: null,
    dedupeKey: null,
    payload,
    options,
    ...(terms === undefined ? {} : { terms }),
  }
}
