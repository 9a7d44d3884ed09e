import { throwIfAborted } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { RiptideError, isRiptideError } from '../../core/errors.js'
import { toJobError } from '../../core/job-error.js'
import type { Logger } from '../../core/logger.js'
import { digestOf, newId } from '../../core/random.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import type { Deadline } from '../deadline.js'
import type { RobotsFile } from './robots-file.js'

/** A robots.txt, and for how many ms from now it counts. */
export interface KeptRobots {
  readonly file: RobotsFile
  readonly leftMs: number
}

/** Where the processes of a fleet keep robots.txt files, so that each origin is asked by one of them. */
export interface RobotsShelf {
  /**
   * What stands here, or what `ask` gives: one process at a time asks, while the others wait for it, each at most 15 s, in which
   * the deadline stands still. Where the storage fails each asks for itself. Rejects with the signal's reason only.
   */
  get(
    origin: string,
    ask: () => Promise<KeptRobots>,
    signal: AbortSignal,
    deadline?: Deadline,
  ): Promise<KeptRobots>
}

export interface RobotsShelfDeps {
  readonly storage: () => StorageAdapter
  readonly clock: Clock
  readonly logger: Logger
  /** What makes the same file another answer: who asks, what it may reach, and by which way. */
  readonly salt: readonly unknown[]
}

/** What stands in the storage: a text, or the status that was the answer for now, and how long to wait by its server's word. */
interface Entry {
  readonly until: number
  readonly text: string | null
  readonly status: number | null
  readonly retryAfter?: string
}

const askingMs = 15_000
const lookMs = 100
const longestKeptMs = 86_400_000

/** A shelf over the storage of the service, under `crawl/robots/`. */
export function createRobotsShelf({ storage, clock, logger, salt }: RobotsShelfDeps): RobotsShelf {
  const place = `crawl/robots/${digestOf(JSON.stringify(salt)).slice(0, 8)}`
  const self = newId(clock.now())
  const warn = (error: unknown): void =>
    logger.warn('robots.txt files cannot be shared with other processes; this one asks for itself', {
      code: isRiptideError(error) ? error.code : undefined,
      error: toJobError(error).message.slice(0, 200),
    })

  const read = async (key: string): Promise<KeptRobots | undefined> => {
    const text = await storage().get(key)
    return typeof text === 'string' ? keptIn(text, clock.now()) : undefined
  }
  /** Whether this process is the one that asks; without `replace` each is. */
  const mayAsk = async (key: string): Promise<boolean> =>
    (await storage().replace?.(`${key} asking`, undefined, self, askingMs)) ?? true

  const keep = async (key: string, { file, leftMs }: KeptRobots): Promise<void> => {
    const entry = entryOf(file, clock.now() + leftMs)
    if (entry !== undefined) await storage().set(key, JSON.stringify(entry), leftMs)
  }
  const leave = (key: string): Promise<unknown> => storage().delete(`${key} asking`)

  /** What another process has brought, or how this one is to ask: in its turn, or beside those who take too long. */
  const waitForOthers = async (
    key: string,
    signal: AbortSignal,
    deadline: Deadline | undefined,
  ): Promise<KeptRobots | 'in turn' | 'beside'> => {
    const until = clock.monotonic() + askingMs
    let resume: (() => void) | undefined
    try {
      for (;;) {
        const kept = await read(key)
        if (kept !== undefined) return kept
        if (await mayAsk(key)) return 'in turn'
        // Where nothing can be had they ask one after the other, and each in vain.
        if (clock.monotonic() >= until) return 'beside'
        resume ??= deadline?.pause()
        await clock.sleep(lookMs, signal)
      }
    } finally {
      resume?.()
    }
  }

  const waitOrAsk = async (
    key: string,
    ask: () => Promise<KeptRobots>,
    signal: AbortSignal,
    deadline: Deadline | undefined,
  ): Promise<KeptRobots> => {
    const turn = await waitForOthers(key, signal, deadline)
    if (typeof turn === 'object') return turn
    try {
      // Between the look and the turn to ask another one may have brought it.
      const kept = await read(key)
      if (kept !== undefined) return kept
      const asked = await ask()
      await keep(key, asked).catch(warn)
      return asked
    } finally {
      // However it ended: the others shall not wait for one who has left.
      if (turn === 'in turn') await leave(key).catch(warn)
    }
  }

  return {
    async get(origin, ask, signal, deadline) {
      if (storage().isPrivate) return ask()
      let asked: Promise<KeptRobots> | undefined
      try {
        return await waitOrAsk(`${place}/${origin}`, () => (asked = ask()), signal, deadline)
      } catch (error) {
        throwIfAborted(signal)
        if (asked !== undefined) return asked
        warn(error)
        return ask()
      }
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** A failure without a status says as much of this process as of the host: that is nobody else's. */
function entryOf(file: RobotsFile, until: number): Entry | undefined {
  if (typeof file === 'string') return { until, text: file, status: null }
  const { status, retryAfter } = file.facts
  if (typeof status !== 'number') return undefined
  return { until, text: null, status, ...(typeof retryAfter === 'string' ? { retryAfter } : {}) }
}

function keptIn(json: string, now: number): KeptRobots | undefined {
  let entry: Partial<Entry> | null
  try {
    entry = JSON.parse(json) as Partial<Entry> | null
  } catch {
    return undefined
  }
  const { until, text, status, retryAfter } = entry ?? {}
  if (typeof until !== 'number' || until <= now) return undefined
  // Written by a clock that is ahead, it must not count for longer than any does.
  const leftMs = Math.min(until - now, longestKeptMs)
  if (typeof text === 'string') return { file: text, leftMs }
  if (typeof status !== 'number') return undefined
  const message = `robots.txt answered with status ${status}; until it can be read nothing there may be fetched`
  const facts = { status, ...(typeof retryAfter === 'string' ? { retryAfter } : {}) }
  return { file: new RiptideError('ROBOTS_FORBIDDEN', message, { retryable: true, facts }), leftMs }
}
