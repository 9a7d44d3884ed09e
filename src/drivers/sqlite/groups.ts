import type { JobTerms } from '../../core/job-terms.js'
import type { KeyQuery, KeyState } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { flag } from './flags.js'
import { type KeyGates } from './key-gates.js'
import type { Ledger } from './ledger.js'
import { type Limit, type Limits, limitKind } from './limits.js'
import groupsSql from './sql/groups.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { toStored } from './stored-text.js'

/** The live jobs with the same pair of keys. */
export interface Group {
  readonly n: number
  /** The numbers of its limits; 0 for none. */
  readonly concurrency: number
  readonly rate: number
  /** The number of the last claim of one of them; 0 for none. */
  readonly served: number
  readonly live: number
}

interface Parts {
  readonly ledger: Ledger
  readonly limits: Limits
  readonly gates: KeyGates
}

/** Which jobs share which keys, and what a run of one does to the others. */
export class Groups {
  readonly #parts: Parts
  readonly #find: Query<Group>
  readonly #byNumber: Query<Group>
  readonly #add: Command
  readonly #live: Command
  readonly #remove: Command
  readonly #serve: Command
  readonly #serveFronts: Command
  readonly #any: Query<{ readonly yes: number }>
  readonly #setGroup: Command

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, groupsSql)
    this.#parts = parts
    this.#find = sql.query('find')
    this.#byNumber = sql.query('by number')
    this.#add = sql.command('add')
    this.#live = sql.command('live')
    this.#remove = sql.command('remove')
    this.#serve = sql.command('serve')
    this.#serveFronts = sql.command('serve fronts')
    this.#any = sql.query('any')
    this.#setGroup = sql.command('set group')
  }

  byNumber(n: number): Group | undefined {
    return this.#byNumber.get(n)
  }

  /** A job begins a life with these terms. `isNewest`: its limits hold for all from now on. The number of its group; 0 for none. */
  beginLife(n: number, terms: JobTerms, now: number, isNewest: boolean): number {
    const concurrency = this.#limitOf('concurrency', terms, now, isNewest)
    const rate = this.#limitOf('rate', terms, now, isNewest)
    if (concurrency === 0 && rate === 0) return 0
    this.#parts.ledger.note(flag.keys, true)
    const group = this.#ensure(concurrency, rate)
    this.#live.run(1, group)
    this.#setGroup.run(group, n)
    return group
  }

  /** A job of the group has ended, or changes its keys; it does not run. */
  endLife(n: number): void {
    const { limits, ledger } = this.#parts
    const group = this.byNumber(n)
    if (group === undefined) return
    if (group.live <= 1) this.#remove.run(n)
    else this.#live.run(-1, n)
    for (const one of [group.concurrency, group.rate]) {
      const limit = limits.byNumber(one)
      if (limit !== undefined) limits.part(limit)
    }
    if (group.live <= 1) ledger.note(flag.keys, this.#any.get() !== undefined || limits.hasAny())
  }

  /** A job of the group is claimed. */
  start(n: number, now: number): void {
    const { limits, gates, ledger } = this.#parts
    const group = this.byNumber(n)
    if (group === undefined) return
    const turn = ledger.nextTurn()
    this.#serve.run(turn, n)
    this.#serveFronts.run(turn, n)
    if (group.concurrency !== 0) limits.countRun(group.concurrency, 1)
    const rate = limits.byNumber(group.rate)
    if (rate !== undefined) limits.countStart(rate, now)
    gates.check(group.concurrency, now)
    gates.check(group.rate, now)
  }

  /** A run of the group is over, however it ended. */
  endRun(n: number): void {
    const { limits, gates } = this.#parts
    const concurrency = this.byNumber(n)?.concurrency ?? 0
    if (concurrency === 0) return
    limits.countRun(concurrency, -1)
    gates.check(concurrency)
  }

  /** So many runs of a concurrency key were counted that are none. */
  recount(limit: number, surplus: number): void {
    this.#parts.limits.countRun(limit, -surplus)
    this.#parts.gates.check(limit)
  }

  /** Forgets rates that are over, at most `limit`, and has no step look for keys when there are none. */
  tidy(now: number, limit: number): void {
    const { limits, ledger } = this.#parts
    limits.tidy(now, limit)
    if (ledger.has(flag.keys)) ledger.note(flag.keys, this.#any.get() !== undefined || limits.hasAny())
  }

  keyState({ concurrency, rate, queueRate }: KeyQuery, now: number): KeyState {
    return {
      queueFreeAt: queueRate ? this.#queueFreeAt(queueRate, now) : null,
      concurrency: this.#stateOf('concurrency', concurrency, ({ max, running }) => ({ max, running })),
      rate: this.#stateOf('rate', rate, (limit) => {
        if (isOver(limit, now)) return null
        const freeAt = this.#parts.limits.freeAt(limit, now)
        return { max: limit.max, perMs: limit.per_ms, freeAt }
      }),
    }
  }

  /** Its log is as the last claim left it: with another rate, that one counts from the next claim on. */
  #queueFreeAt({ max, perMs }: NonNullable<KeyQuery['queueRate']>, now: number): number | null {
    const { limits } = this.#parts
    const log = limits.find(limitKind.queueRate, '')
    return log === undefined ? null : limits.freeAt({ ...log, max, per_ms: perMs }, now)
  }

  #limitOf(kind: 'concurrency' | 'rate', terms: JobTerms, now: number, isNewest: boolean): number {
    const { limits, gates } = this.#parts
    const given = terms[kind]
    if (given === null) return 0
    const allowance = { max: given.max, perMs: 'perMs' in given ? given.perMs : 0 }
    const key = toStored(given.key)
    const standing = limits.find(limitKind[kind], key)
    if (standing !== undefined && isOver(standing, now)) limits.forget(standing.n)
    const { n } = limits.ensure(limitKind[kind], key, allowance, isNewest)
    limits.join(n)
    gates.check(n, now)
    return n
  }

  #ensure(concurrency: number, rate: number): number {
    const standing = this.#find.get(concurrency, rate)
    if (standing !== undefined) return standing.n
    this.#add.run(concurrency, rate)
    return this.#find.get(concurrency, rate)?.n ?? 0
  }

  #stateOf<T>(kind: 'concurrency' | 'rate', key: string | null, read: (limit: Limit) => T): T | null {
    const limit = key === null ? undefined : this.#parts.limits.find(limitKind[kind], toStored(key))
    return limit === undefined ? null : read(limit)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** No live job has it, and its last start counts no longer. */
function isOver(limit: Limit, now: number): boolean {
  return limit.over_at !== null && limit.over_at <= now
}
