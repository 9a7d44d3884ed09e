import type { Clock } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import type { Random } from '../../core/random.js'
import type { Outcome } from './protocol.js'
import type { Transactions } from './transactions.js'

/** Something to be done over the file, in one synchronous step. */
export interface Work {
  readonly step: () => unknown
  /** Called once: after the commit, where something was written. Must not throw. */
  readonly settle: (outcome: Outcome) => void
  /** Goes in front of what waits. @default false */
  readonly isUrgent?: boolean
  /** Of the texts it writes, in characters. @default 0 */
  readonly size?: number
  /** Jobs that whoever asked goes on with as soon as it is answered. @default 0 */
  readonly jobs?: number
}

export interface CommitterOptions {
  readonly transactions: Transactions
  readonly clock: Pick<Clock, 'after' | 'soon' | 'monotonic'>
  readonly random: Random
  /** How long a step waits for another process that writes, before it is STORE_BUSY. */
  readonly busyTimeoutMs: number
  readonly onCommit: () => void
  /** The disk is full: whether something could be done about it. */
  readonly makeRoom: () => boolean
}

/**
 * Group commit without a timer. What waits goes into one transaction; what comes meanwhile goes with the next. Nobody hears of
 * a step before its commit. Reads see what is committed and wait for no lock. While another process writes, the transaction
 * is tried again every few milliseconds, without blocking. When others have the file open, each commit is followed by a
 * pause in which they can begin: SQLite lets whoever asks first go first, and a loop without a pause would always be that.
 */
export class Committer {
  readonly #options: CommitterOptions
  #writes: Waiting[] = []
  #reads: Waiting[] = []
  #hasCompany = false
  #isArmed = false
  /** Until they are over others may begin, or whoever has the file may end. */
  readonly #rests = new Set<'writes' | 'reads'>()
  #isClosed = false
  #whenIdle: (() => void)[] = []

  constructor(options: CommitterOptions) {
    this.#options = options
  }

  /** Others have the file open: they are let in between two transactions. */
  set hasCompany(hasCompany: boolean) {
    this.#hasCompany = hasCompany
  }

  /** In a transaction that writes, with whatever else waits. */
  write(work: Work): void {
    this.#add(this.#writes, work)
  }

  /** In a transaction that reads. */
  read(work: Work): void {
    this.#add(this.#reads, work)
  }

  /** Resolves when all that was given has been settled; what is given from now on is refused. */
  close(): Promise<void> {
    this.#isClosed = true
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve)
      this.#tellIdle()
    })
  }

  #add(line: Waiting[], work: Work): void {
    if (this.#isClosed) return work.settle(failure(closed()))
    line.push({ work, since: this.#options.clock.monotonic() })
    this.#arm()
  }

  /** In a turn of its own, so that all that comes in this one goes together. */
  #arm(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    this.#options.clock.soon(() => {
      this.#isArmed = false
      this.#turn()
    })
  }

  #turn(): void {
    if (this.#canWrite) this.#commitNext()
    if (this.#canRead) this.#readAll()
    if (this.#canWrite) this.#arm()
    this.#tellIdle()
  }

  get #canWrite(): boolean {
    return this.#writes.length > 0 && !this.#rests.has('writes')
  }

  get #canRead(): boolean {
    return this.#reads.length > 0 && !this.#rests.has('reads')
  }

  #commitNext(): void {
    const left = this.#commit(takeGroup(this.#writes, this.#hasCompany ? Infinity : mostJobsAlone))
    if (left.length === 0) return this.#hasCompany ? this.#rest('writes', pauseMs) : undefined
    this.#writes.unshift(...this.#withoutOverdue(left))
    this.#rest('writes', this.#busyWaitMs())
  }

  #busyWaitMs(): number {
    return shortestWaitMs + this.#options.random() * (longestWaitMs - shortestWaitMs)
  }

  #rest(line: 'writes' | 'reads', ms: number): void {
    this.#rests.add(line)
    this.#options.clock.after(ms, () => {
      this.#rests.delete(line)
      this.#turn()
    })
  }

  /** Those who may wait on for another process; the others are told that it takes too long. */
  #withoutOverdue(waiting: readonly Waiting[]): readonly Waiting[] {
    const { clock, busyTimeoutMs } = this.#options
    const now = clock.monotonic()
    const isOverdue = ({ since }: Waiting): boolean => now - since >= busyTimeoutMs
    for (const { work } of waiting.filter(isOverdue)) work.settle(failure(busy(busyTimeoutMs)))
    return waiting.filter((one) => !isOverdue(one))
  }

  /** Commits the group, or what of it can be; answers what is left because another process writes. */
  #commit(group: readonly Waiting[]): readonly Waiting[] {
    const { transactions, makeRoom } = this.#options
    const steps = group.map(({ work }) => work.step)
    const outcomes = transactions.write(steps)
    if (!(outcomes instanceof RiptideError)) return this.#settle(group, outcomes)
    if (outcomes.code === 'STORE_BUSY') return group
    // One step that could not be undone alone, or the commit: no other shall fail for it.
    const hasRoom = outcomes.code === 'STORE_FULL' && makeRoom()
    if (group.length > 1) return group.flatMap((one) => this.#commit([one]))
    const again = hasRoom ? transactions.write(steps) : outcomes
    if (again instanceof RiptideError && again.code === 'STORE_BUSY') return group
    return this.#settle(group, again instanceof RiptideError ? [failure(again)] : again)
  }

  #settle(group: readonly Waiting[], outcomes: readonly Outcome[]): readonly Waiting[] {
    this.#options.onCommit()
    group.forEach(({ work }, i) => work.settle(outcomes[i] ?? failure(closed())))
    return []
  }

  #readAll(): void {
    const reads = this.#reads
    this.#reads = []
    const outcomes = this.#options.transactions.read(reads.map(({ work }) => work.step))
    const busyOnes: Waiting[] = []
    reads.forEach((one, i) => {
      const outcome = outcomes instanceof RiptideError ? failure(outcomes) : outcomes[i]
      // While someone takes the file for himself alone, to recover it say, reads are refused for a moment too.
      if (outcome?.kind === 'failure' && outcome.error.code === 'STORE_BUSY') busyOnes.push(one)
      else one.work.settle(outcome ?? failure(closed()))
    })
    if (busyOnes.length === 0) return
    this.#reads.unshift(...this.#withoutOverdue(busyOnes))
    this.#rest('reads', this.#busyWaitMs())
  }

  #tellIdle(): void {
    if (this.#writes.length > 0 || this.#reads.length > 0) return
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Waiting {
  readonly work: Work
  /** By the monotonic clock. */
  readonly since: number
}

/** Measured with two and with four processes: waiting within SQLite gave fewer jobs and longer tails. */
const shortestWaitMs = 0.5
const longestWaitMs = 4
/** Without it two busy processes shared the file 80 to 1. */
const pauseMs = 1
/** A transaction holds up all other processes: beyond this, what waits makes another one. */
const mostWorks = 256
const largestGroup = 16_000_000
/**
 * Two large cycles of an app that are answered together come back together, and then the app and the file wait for each other;
 * one after the other they overlap. With few jobs a cycle costs more than the wait, and so does the pause that company is
 * given after each.
 */
const mostJobsAlone = 64

/** Takes from the line what goes together: heartbeats first, then whoever came first; at least one. */
function takeGroup(line: Waiting[], mostJobs: number): readonly Waiting[] {
  const inOrder = line.some(({ work }) => work.isUrgent) ? urgentFirst(line.splice(0)) : line.splice(0)
  let size = 0
  let jobs = 0
  let count = 0
  for (const { work } of inOrder) {
    size += work.size ?? 0
    jobs += work.jobs ?? 0
    if (count > 0 && (count >= mostWorks || size > largestGroup || jobs > mostJobs)) break
    count++
  }
  line.push(...inOrder.slice(count))
  return inOrder.slice(0, count)
}

function urgentFirst(line: readonly Waiting[]): Waiting[] {
  return [...line.filter(({ work }) => work.isUrgent), ...line.filter(({ work }) => !work.isUrgent)]
}

function failure(error: RiptideError): Outcome {
  return { kind: 'failure', error }
}

function closed(): RiptideError {
  return new RiptideError('STORE_UNAVAILABLE', 'SQLite: the queue is closed', { retryable: true })
}

function busy(ms: number): RiptideError {
  return new RiptideError('STORE_BUSY', `SQLite: other processes have been writing for ${ms} ms`, {
    retryable: true,
  })
}
