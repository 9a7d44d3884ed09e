import { type Logger, silentLogger } from '../../core/logger.js'
import type { Clock } from '../../core/clock.js'
import type { EndedJob, Hint, LeaseRef, SubscribeOptions } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'
import { idOf, nameOf, textOf } from './names.js'
import type { Link } from './link.js'
import { statusOf } from './record.js'

type Listener = (hint: Hint) => void

export interface HintsOptions {
  readonly link: Link
  readonly prefix: string
  readonly clock: Pick<Clock, 'after'>
  /** Asks the store to tell of moves for so long. */
  readonly wantMoves: (ms: number) => Promise<unknown>
}

const wantEveryMs = 30_000

/** What others tell over Pub/Sub, as hints for those who listen here. Positions tell when ends of jobs were missed. */
export class Hints {
  logger: Logger = silentLogger
  readonly #link: Link
  readonly #prefix: string
  readonly #clock: Pick<Clock, 'after'>
  readonly #wantMoves: (ms: number) => Promise<unknown>

  constructor({ link, prefix, clock, wantMoves }: HintsOptions) {
    this.#link = link
    this.#prefix = prefix
    this.#clock = clock
    this.#wantMoves = wantMoves
  }

  subscribe(
    instance: string | null,
    listener: Listener,
    { moves = false }: SubscribeOptions = {},
  ): () => void {
    const tell = (hint: Hint): void => this.#tell(listener, hint)
    const stops = instance === null ? this.#toAll(tell, moves) : this.#toInstance(instance, tell)
    return () => {
      for (const stop of stops.splice(0)) stop()
    }
  }

  #toInstance(instance: string, tell: Listener): (() => void)[] {
    return [
      this.#link.listen(`${this.#prefix}to:${nameOf(instance)}`, (text) => {
        const hint = this.#own(text)
        if (hint) tell(hint)
      }),
      this.#link.listen(`${this.#prefix}sc`, () => tell({ kind: 'schedules' })),
      this.#link.onReconnect(() => tell({ kind: 'reconnected' })),
    ]
  }

  #toAll(tell: Listener, moves: boolean): (() => void)[] {
    return [
      ...this.#inOrder('ev', tell, (jobs) => ({ kind: 'ended', jobs: jobs.flatMap(asEnded) })),
      ...(moves ? [...this.#inOrder('mv', tell, movedHint), this.#keepWantingMoves()] : []),
      this.#link.onReconnect(() => tell({ kind: 'reconnected' })),
    ]
  }

  /** Messages with positions: that of the last job in each. Those of one connection come in their order. */
  #inOrder(channel: string, tell: Listener, hintOf: (jobs: readonly ToldJob[]) => Hint): (() => void)[] {
    let position: number | undefined
    return [
      this.#link.listen(this.#prefix + channel, (text) => {
        const words = text.split(' ')
        const jobs = jobsIn(words)
        const before = position
        position = Number(words[0])
        if (before !== undefined && position - jobs.length !== before) tell({ kind: 'gap' })
        tell(hintOf(jobs))
      }),
      this.#link.onReconnect(() => (position = undefined)),
    ]
  }

  /** The store tells of moves for a while; until the answer is called it is asked to again and again. */
  #keepWantingMoves(): () => void {
    const want = (): void => {
      cancel = this.#clock.after(wantEveryMs, want)
      this.#wantMoves(wantEveryMs * 2).catch((thrown: unknown) =>
        this.logger.warn('moves of jobs are not told as long as Redis cannot be asked to', {
          error: String(thrown),
        }),
      )
    }
    let cancel = (): void => undefined
    want()
    const stopAsking = this.#link.onReconnect(
      () => void this.#wantMoves(wantEveryMs * 2).catch(() => undefined),
    )
    return () => {
      cancel()
      stopAsking()
    }
  }

  #own(text: string): Hint | undefined {
    if (text === 'w') return { kind: 'work' }
    const words = text.split(' ')
    if (words[0] !== 'i') return undefined
    const leases: (LeaseRef & { readonly reason: 'cancelled' | 'lost' })[] = []
    for (let i = 1; i + 2 < words.length; i += 3) {
      const reason = words[i] === 'cancelled' ? 'cancelled' : 'lost'
      leases.push({ id: idOf(words[i + 1] ?? ''), fence: words[i + 2] ?? '', reason })
    }
    return { kind: 'interrupt', leases }
  }

  #tell(listener: Listener, hint: Hint): void {
    try {
      listener(hint)
    } catch (thrown) {
      this.logger.warn('a listener to the queue threw', { hint: hint.kind, error: String(thrown) })
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface ToldJob {
  readonly id: string
  readonly type: string
  readonly status: JobStatus
}

/** Behind the position stand groups: `+<status letter> <type>`, then the names of the jobs. */
function jobsIn(words: readonly string[]): readonly ToldJob[] {
  const jobs: ToldJob[] = []
  let status: JobStatus = 'completed'
  let type = ''
  for (let i = 1; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word.startsWith('+')) {
      status = statusOf(word.slice(1))
      type = textOf(words[++i] ?? '')
    } else jobs.push({ id: idOf(word), type, status })
  }
  return jobs
}

function asEnded({ id, type, status }: ToldJob): readonly EndedJob[] {
  return status === 'completed' || status === 'dead_letter' || status === 'cancelled'
    ? [{ id, type, status }]
    : []
}

function movedHint(jobs: readonly ToldJob[]): Hint {
  return {
    kind: 'moved',
    jobs: jobs.flatMap(({ id, type, status }) =>
      status === 'completed' || status === 'dead_letter' || status === 'cancelled'
        ? []
        : [{ id, type, status }],
    ),
  }
}
