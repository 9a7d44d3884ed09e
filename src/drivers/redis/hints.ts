import { type Logger, silentLogger } from '../../core/logger.js'
import type { EndedJob, Hint, LeaseRef } from '../../core/queue-adapter.js'
import { idOf, nameOf, textOf } from './names.js'
import type { Link } from './link.js'
import { statusOf } from './record.js'

type Listener = (hint: Hint) => void

/** What others tell over Pub/Sub, as hints for those who listen here. Positions tell when ends of jobs were missed. */
export class Hints {
  logger: Logger = silentLogger
  readonly #link: Link
  readonly #prefix: string

  constructor(link: Link, prefix: string) {
    this.#link = link
    this.#prefix = prefix
  }

  subscribe(instance: string | null, listener: Listener): () => void {
    const tell = (hint: Hint): void => this.#tell(listener, hint)
    const stops = instance === null ? this.#toAll(tell) : this.#toInstance(instance, tell)
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

  /** The position is that of the last job in a message; messages of one connection come in their order. */
  #toAll(tell: Listener): (() => void)[] {
    let position: number | undefined
    return [
      this.#link.listen(`${this.#prefix}ev`, (text) => {
        const words = text.split(' ')
        const jobs = endedIn(words)
        const before = position
        position = Number(words[1])
        if (before !== undefined && position - jobs.length !== before) tell({ kind: 'gap' })
        tell({ kind: 'ended', jobs })
      }),
      this.#link.onReconnect(() => {
        position = undefined
        tell({ kind: 'reconnected' })
      }),
    ]
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

/** Behind the position stand groups: `+<status letter> <type>`, then the names of the jobs. */
function endedIn(words: readonly string[]): readonly EndedJob[] {
  const jobs: EndedJob[] = []
  let status: EndedJob['status'] = 'completed'
  let type = ''
  for (let i = 2; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word.startsWith('+')) {
      status = endOf(word)
      type = textOf(words[++i] ?? '')
    } else jobs.push({ id: idOf(word), type, status })
  }
  return jobs
}

function endOf(word: string): EndedJob['status'] {
  const status = statusOf(word.slice(1))
  return status === 'completed' || status === 'cancelled' ? status : 'dead_letter'
}
