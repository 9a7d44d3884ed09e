import { asId, asObject, integerIn, onlyKeys, wrong } from '../core/check.js'
import { abortReason } from '../core/abort.js'
import { RiptideError } from '../core/errors.js'
import { internalPrefix } from '../core/job-terms.js'
import type { QueueCounts } from '../core/queue-adapter.js'
import type { Hub } from './hub.js'

const longestDrainMs = 30 * 86_400_000
/** Between two looks at what still runs: short at first, since most jobs are short. */
const firstLookMs = 50
const longestLookMs = 1_000

/** Stops and starts the claiming of the whole fleet. */
export class PauseControl {
  readonly #hub: Hub

  constructor(hub: Hub) {
    this.#hub = hub
  }

  async pause(options: unknown): Promise<void> {
    const type = typeOf(options)
    await this.#hub.ask((store) => store.pause(type))
  }

  async resume(options: unknown): Promise<void> {
    const type = typeOf(options)
    await this.#hub.ask((store) => store.resume(type))
  }

  /** Pauses the queue, and resolves when nothing of it runs. The pause stays, however this ends. */
  async drain(options: unknown): Promise<void> {
    const { timeoutMs, signal } = drainOptions(options)
    if (signal?.aborted) throw abortReason(signal)
    const { clock } = this.#hub.options
    const end = clock.monotonic() + timeoutMs
    await this.#hub.ask((store) => store.pause(null))
    for (let pauseMs = firstLookMs; ; pauseMs = Math.min(pauseMs * 2, longestLookMs)) {
      const running = runningOf(await this.#hub.look((store) => store.counts()))
      if (running === 0) return
      const leftMs = end - clock.monotonic()
      if (leftMs <= 0) throw stillRunning(running, timeoutMs)
      await clock.sleep(Math.min(pauseMs, leftMs), signal).catch(() => {
        throw signal ? abortReason(signal) : stillRunning(running, timeoutMs)
      })
    }
  }
}

/** Jobs that run, but for the library's own, which no pause of the queue holds up. */
export function runningOf({ processing, byType }: QueueCounts): number {
  const internal = Object.entries(byType).filter(([type]) => type.startsWith(internalPrefix))
  return internal.reduce((left, [, counts]) => left - counts.processing, processing)
}

// -------------------------------------------------------------------------------------------------------------------

function typeOf(options: unknown): string | null {
  const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['type'], { path: '' })
  return fields['type'] === undefined ? null : asId(fields['type'], { path: '/type' })
}

function drainOptions(options: unknown): {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
} {
  const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['timeoutMs', 'signal'], { path: '' })
  const { timeoutMs, signal } = fields
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw wrong('ARGUMENT_INVALID', { path: '/signal' }, 'must be an AbortSignal', signal)
  return {
    timeoutMs:
      timeoutMs === undefined ? 30_000 : integerIn(timeoutMs, 0, longestDrainMs, { path: '/timeoutMs' }),
    signal,
  }
}

function stillRunning(running: number, timeoutMs: number): RiptideError {
  const text = `${running} jobs still run after ${timeoutMs} ms; the queue is paused, and they go on`
  return new RiptideError('TIMEOUT', text, { facts: { running } })
}
