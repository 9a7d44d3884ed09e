import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { ImportAnswer, Imported, MovingJob, Withdrawal } from '../core/queue-adapter.js'
import { newId } from '../core/random.js'
import type { ScheduleRecord } from '../core/schedule.js'
import type { Ends } from './ends.js'
import { type Journal, readJournal, writeJournal } from './journal.js'
import type { ResolvedMigrateOptions } from './migrate-options.js'
import { copyResults, dropResults } from './results.js'

/** What goes together. */
export interface Batch {
  readonly jobs: readonly MovingJob[]
  readonly schedules: readonly ScheduleRecord[]
  /** Jobs that stand in the other store already: their copies here go, and nothing comes of them. */
  readonly copies: readonly MovingJob[]
}

/** What arrived of a batch. */
export interface Delivered {
  readonly jobs: readonly MovingJob[]
  readonly schedules: readonly ScheduleRecord[]
  /** What could not come in after all, and is back where it was. */
  readonly refused: Omit<Batch, 'copies'>
}

/**
 * Batches on their way from one store to another. Each is written into the store that it leaves by the very step that takes it
 * away, and stands there until the next: so one that was stopped on its way, whoever sent it, is delivered by `resume`, and the
 * other store takes each once.
 */
export class Convoy {
  readonly #ends: Ends
  readonly #clock: Pick<Clock, 'now'>
  readonly #adopts: boolean
  /** The last withdrawal, its token and its journal; null before the first. */
  #token: string | null = null
  #last: Journal | null = null
  /** Whether the other store knows the move that the journal is of. */
  #isKnown = false
  /** Whether what the journal says is on its way no longer. */
  #isDelivered = true

  /** `adopt`: what was on its way to a third store goes to this one. */
  constructor(ends: Ends, { clock, adopt }: Pick<ResolvedMigrateOptions, 'clock' | 'adopt'>) {
    this.#ends = ends
    this.#clock = clock
    this.#adopts = adopt
  }

  /** Delivers what was withdrawn and may not have arrived. `elsewhere`: that is on its way to a third store. */
  async resume(): Promise<Delivered | 'elsewhere'> {
    const { from, ask } = this.#ends
    const last = await ask(() => from.withdrawal())
    if (last === null) return nothing
    this.#token = last.token
    this.#last = readJournal(last.text)
    if (isEmpty(this.#last)) return nothing
    this.#isDelivered = false
    return (await this.#deliver(this.#last, last)) ?? 'elsewhere'
  }

  /** Takes a batch out of the one store and brings it into the other. */
  async send({ jobs, schedules, copies }: Batch): Promise<Delivered> {
    const { move, step } = await this.#begun()
    const [target, at] = [this.#ends.to.kind, this.#clock.now()]
    const journal = { move, step: step + 1, target, at, jobs, schedules }
    const withdrawn = await this.#withdraw(journal, [...jobs, ...copies])
    const delivered = await this.#deliver(journal, withdrawn)
    if (delivered === null)
      throw new RiptideError('STATE_CONFLICT', 'the queue to move to was emptied meanwhile')
    return delivered
  }

  /** Forgets the last batch, if it has arrived. */
  async close(): Promise<void> {
    if (this.#last !== null && !isEmpty(this.#last) && this.#isDelivered)
      await this.#withdraw({ ...this.#last, jobs: [], schedules: [] }, [])
  }

  /** How far the move has come: the one that was begun before, if the other store knows it, else a new one. */
  async #begun(): Promise<Pick<Journal, 'move' | 'step'>> {
    if (this.#last !== null && (this.#isKnown ||= await this.#knows(this.#last))) return this.#last
    const move = newId(this.#clock.now())
    await this.#beginMove(move)
    this.#isKnown = true
    return { move, step: 0 }
  }

  async #beginMove(move: string): Promise<void> {
    const { from, to, ask } = this.#ends
    const { newest } = await ask(() => from.exportJobs({ cursor: null, items: 1, bytes: 1 }))
    await ask(() => to.importJobs({ move, step: 0, room: newest, jobs: [], schedules: [] }))
  }

  /** Asked of a step that is over: it would change nothing. */
  async #knows({ move, step }: Journal): Promise<boolean> {
    const { to, ask } = this.#ends
    const answer = await ask(() => to.importJobs({ move, step, room: 0, jobs: [], schedules: [] }))
    return answer.kind !== 'unknown'
  }

  async #withdraw(journal: Journal, jobs: readonly MovingJob[]): Promise<Answers> {
    const { from, ask } = this.#ends
    const request = {
      token: newId(this.#clock.now()),
      after: this.#token,
      text: writeJournal(journal),
      jobs: jobs.map(({ record, revision }) => ({ id: record.id, revision })),
      schedules: journal.schedules,
    }
    const answer = await ask(() => from.withdraw(request))
    if (answer.kind === 'stale') throw overtaken()
    this.#token = request.token
    this.#last = journal
    this.#isDelivered = isEmpty(journal)
    return answer
  }

  /** Brings what is gone from the one store into the other; null when that does not know the move. */
  async #deliver(journal: Journal, { jobs, schedules }: Answers): Promise<Delivered | null> {
    const gone = {
      jobs: journal.jobs.filter((_, i) => jobs[i] === 'gone'),
      schedules: journal.schedules.filter((_, i) => schedules[i] === 'gone'),
    }
    const answer = await this.#import(journal, gone)
    if (answer.kind === 'unknown') return null
    this.#isKnown = true
    // What is old someone else has delivered, and gone on from there: nothing of it was refused, or that is back already.
    const words = answer.kind === 'old' ? { jobs: [], schedules: [] } : answer
    const isIn = (word: Imported | undefined): boolean => word !== 'conflict'
    const moved = {
      jobs: gone.jobs.filter((_, i) => isIn(words.jobs[i])),
      schedules: gone.schedules.filter((_, i) => isIn(words.schedules[i])),
    }
    const refused = {
      jobs: gone.jobs.filter((_, i) => !isIn(words.jobs[i])),
      schedules: gone.schedules.filter((_, i) => !isIn(words.schedules[i])),
    }
    await this.#putBack(journal, refused)
    if (answer.kind === 'done') await dropResults(this.#ends, moved.jobs)
    this.#isDelivered = true
    return { ...moved, refused }
  }

  async #import(journal: Journal, gone: Load): Promise<ImportAnswer> {
    const { to, ask } = this.#ends
    const { move, step } = journal
    const send = (): Promise<ImportAnswer> => ask(() => to.importJobs({ move, step, room: 0, ...gone }))
    const answer = await send()
    if (answer.kind !== 'unknown' || !this.#takesOver(journal)) return answer
    await copyResults(this.#ends, gone.jobs)
    await this.#beginMove(move)
    return send()
  }

  /** A memory queue ends with its process, and another one takes its place; but while it lives, its own call goes on. */
  #takesOver({ target, at }: Journal): boolean {
    if (this.#adopts) return true
    if (target !== 'memory' || this.#ends.to.kind !== 'memory') return false
    if (this.#clock.now() - at < abandonedMs) throw stillUnderWay()
    return true
  }

  /**
   * Someone took an id, a key or a name between the look and the import: what has no place there stays in its old one. If that is
   * taken too, each call tries once more, by a step of its own, for a step that was refused is refused for ever.
   */
  async #putBack({ move, step }: Journal, refused: Load): Promise<void> {
    if (isEmpty(refused)) return
    const { from, ask } = this.#ends
    const back = { move: `back/${move}`, room: 0 }
    await ask(() => from.importJobs({ ...back, step: 0, jobs: [], schedules: [] }))
    for (let tries = 0, next = step * mostTries; tries < 2; next++) {
      const send = { ...back, ...refused, step: next }
      const answer = await ask(() => from.importJobs(send))
      if (answer.kind !== 'done') continue
      if (![...answer.jobs, ...answer.schedules].includes('conflict')) return
      tries++
    }
    throw twice(refused)
  }
}

// -------------------------------------------------------------------------------------------------------------------

type Answers = Pick<Withdrawal, 'jobs' | 'schedules'>
type Load = Omit<Batch, 'copies'>

/** Of one batch, so many times may be tried to put back what was refused of it. */
const mostTries = 1000

/** By then whoever sent a batch has given up, or is gone. */
const abandonedMs = 60_000

const nothing: Delivered = { jobs: [], schedules: [], refused: { jobs: [], schedules: [] } }

function isEmpty({ jobs, schedules }: Load): boolean {
  return jobs.length + schedules.length === 0
}

function overtaken(): RiptideError {
  const text = 'someone else moves jobs out of this queue; what this call had withdrawn has arrived'
  return new RiptideError('STATE_CONFLICT', text, { retryable: true })
}

function stillUnderWay(): RiptideError {
  const text = 'jobs of this queue were on their way to a memory queue until just now; call again in a minute'
  return new RiptideError('STATE_CONFLICT', text, { retryable: true })
}

function twice({ jobs, schedules }: Load): RiptideError {
  const ids = [...jobs.map(({ record }) => record.id), ...schedules.map(({ id }) => id)]
  const text = `neither queue has a place for ${ids.join(', ')}: others have come there under these ids, keys or names meanwhile`
  return new RiptideError('STATE_CONFLICT', `${text}; remove or cancel those and call again`, {
    facts: { ids },
  })
}
