import type { CycleRequest, RenewReply, RenewRequest } from '../../core/queue-adapter.js'
import { Control } from './control.js'
import { type CycleDone, Cycles } from './cycles.js'
import type { Database } from './database.js'
import { Listing } from './listing.js'
import { Mending } from './mending.js'
import { Moving } from './moving.js'
import type { News } from './news.js'
import type { QueueVerb, QueueVerbs } from './protocol.js'
import { Renewing } from './renew-leases.js'
import { Pruning } from './retention.js'
import { Schedules } from './schedules.js'
import { SettingsBook } from './settings-book.js'
import { StoreParts } from './store-parts.js'

export type { CycleDone } from './cycles.js'

/** Verbs that `moving` has, and the one whose replies somebody else keeps. */
type Apart = 'exportJobs' | 'withdraw' | 'withdrawal' | 'foresee' | 'importJobs' | 'cycle'
/** Verbs for which it does not matter what the time is. */
type Timeless =
  | 'leave'
  | 'discard'
  | 'pause'
  | 'resume'
  | 'pauses'
  | 'keepStep'
  | 'steps'
  | 'settings'
  | 'putSetting'
  | 'removeSetting'
  | 'metrics'
  | 'schedules'
  | 'removeSchedule'

type StoreVerbs = Pick<QueueVerbs, Timeless> & {
  [V in Exclude<QueueVerb, Apart | Timeless>]: (
    ...args: [...Parameters<QueueVerbs[V]>, now: number]
  ) => ReturnType<QueueVerbs[V]>
}

/**
 * All verbs of a queue as synchronous steps over a file whose tables are there (see `migrate`). Those that change the file belong
 * in a transaction of their caller, which began with BEGIN IMMEDIATE.
 */
export interface Store extends StoreVerbs {
  /** The number of this process in the file, which its instances are noted with; null while it has none. */
  process: number | null
  /** The verbs by which jobs go from one store to another. */
  readonly moving: Moving
  /** Always a new one: a cycle that was sent again is answered by whoever keeps the replies. */
  cycle(request: CycleRequest, now: number): CycleDone
  /** The leases of this process's instances are over, and the instances forgotten: it is known to be dead. How many leases. */
  loseProcess(process: number, now: number): number
  /** When something falls due next: a delayed job or a lease. */
  nextDueAt(): number | null
  /** Whether a job of these types can be claimed, or a delayed job or a lease is due: what an instance that waits could take up. */
  hasWork(types: readonly string[], now: number): boolean
}

/** The store over a file whose schema is the current one; what its steps have to tell goes to `news`. */
export function openStore(database: Database, news: News): Store {
  return new FileStore(database, news)
}

// -------------------------------------------------------------------------------------------------------------------

class FileStore implements Store {
  process: number | null = null
  readonly moving: Moving
  readonly #parts: StoreParts
  readonly #cycles: Cycles
  readonly #renewing: Renewing
  readonly #control: Control
  readonly #listing: Listing
  readonly #pruning: Pruning
  readonly #mending: Mending
  readonly #schedules: Schedules
  readonly #settings: SettingsBook

  constructor(database: Database, news: News) {
    const parts = new StoreParts(database, news)
    this.#parts = parts
    this.#cycles = new Cycles(database, parts)
    this.#renewing = new Renewing(database)
    this.#control = new Control(database, parts)
    this.#listing = new Listing(database, parts)
    this.#pruning = new Pruning(database, parts)
    this.#mending = new Mending(database, parts)
    this.#schedules = new Schedules(database, parts)
    this.#settings = new SettingsBook(database, parts.ledger)
    this.moving = new Moving(database, parts)
  }

  submit: Store['submit'] = (jobs, now) => this.#step(() => this.#parts.intake.submit(jobs, now))

  cycle(request: CycleRequest, now: number): CycleDone {
    const { instances, news } = this.#parts
    const isTaken = instances.hear(request.instance, this.process, now, request.leaseMs)
    news.stopsWaiting(request.instance)
    const cancelled = isTaken ? instances.tell(request.instance) : []
    const { done, hungry } = this.#step(() => this.#cycles.cycle(request, now))
    if (hungry.length > 0) news.waits(request.instance, hungry)
    return { ...done, cancelled }
  }

  renew(request: RenewRequest, now: number): RenewReply {
    const { instances } = this.#parts
    instances.hear(request.instance.id, this.process, now, request.leaseMs)
    instances.note(request.instance, now)
    return this.#renewing.renew(request, now)
  }

  leave(instance: string): void {
    this.#parts.news.stopsWaiting(instance)
    this.#parts.instances.leave(instance)
  }

  cancel: Store['cancel'] = (request, now) => this.#step(() => this.#control.cancel(request, now))
  retry: Store['retry'] = (request, now) => this.#step(() => this.#control.retry(request, now))
  reprioritise: Store['reprioritise'] = (request, now) =>
    this.#step(() => this.#control.reprioritise(request, now))
  discard: Store['discard'] = (request) => this.#step(() => this.#control.discard(request))

  pause: Store['pause'] = (type) => this.#step(() => this.#parts.pausing.pause(type))
  resume: Store['resume'] = (type) => this.#step(() => this.#parts.pausing.resume(type))
  pauses: Store['pauses'] = () => this.#parts.pausing.pauses()
  keyState: Store['keyState'] = (query, now) => this.#parts.groups.keyState(query, now)
  keepStep: Store['keepStep'] = (request) => this.#step(() => this.#parts.steps.keep(request))
  steps: Store['steps'] = (lease) => this.#parts.steps.of(lease)
  settings: Store['settings'] = (query) => this.#settings.some(query)
  putSetting: Store['putSetting'] = (request) => this.#step(() => this.#settings.put(request))
  removeSetting: Store['removeSetting'] = (key) => this.#step(() => this.#settings.remove(key))

  get: Store['get'] = (id, now) => this.#parts.reading.get(id, now)
  list: Store['list'] = (query, now) => this.#listing.list(query, now)
  counts: Store['counts'] = (now) => this.#parts.counting.counts(now)
  metrics: Store['metrics'] = () => this.#parts.counting.metrics()
  instances: Store['instances'] = (now) => this.#parts.instances.records(now)
  prune: Store['prune'] = (request, now) => this.#step(() => this.#pruning.prune(request, now))
  mend: Store['mend'] = (now) => this.#step(() => this.#mending.mend(now))

  putSchedule: Store['putSchedule'] = (schedule, now) => this.#schedules.put(schedule, now)
  schedules: Store['schedules'] = () => this.#schedules.all()
  removeSchedule: Store['removeSchedule'] = (id, token) => this.#schedules.remove(id, token)
  fire: Store['fire'] = (request, now) => this.#step(() => this.#schedules.fire(request, now))

  loseProcess(process: number, now: number): number {
    const { instances, ledger } = this.#parts
    return this.#step(() => {
      const lost = instances.lose(process, now)
      // Who waits shall take them back: they are due.
      for (const { type, runs } of lost) ledger.of(type).gained += runs
      return lost.reduce((sum, { runs }) => sum + runs, 0)
    })
  }

  nextDueAt(): number | null {
    return this.#cycles.nextDueAt()
  }

  hasWork(types: readonly string[], now: number): boolean {
    return this.#cycles.hasWork(types, now)
  }

  #step<T>(act: () => T): T {
    this.#parts.ledger.begin()
    const answer = act()
    this.#parts.limiting.tellRoom()
    this.#parts.ledger.end()
    return answer
  }
}
