import { abortable, throwIfAborted } from '../core/abort.js'
import { integerIn } from '../core/check.js'
import { systemClock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { QueueStats, ServiceApi } from '../service-api.js'
import type { FakeClock } from './fake-clock.js'

export interface DrainOptions {
  /** The clock that the service was given; it is moved on from one due time to the next. */
  readonly clock?: FakeClock
  /** How long it may take, by the fake clock when there is one. @default 10_000, or an hour of a fake clock */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

type Left = Readonly<Record<(typeof states)[number], number>>

const states = ['pending', 'processing', 'retry', 'delayed', 'blocked'] as const
const realTimeoutMs = 10_000
const fakeTimeoutMs = 3_600_000
const longestMs = 31_536_000_000

/**
 * Resolves when no job is left that has yet to run or to end: none ready, running, waiting for its backoff, delayed or
 * blocked. Rejects with TIMEOUT, which says what is left. The service must be running, or another on the same queue.
 * @example await drain(service, { clock })
 */
export async function drain(
  service: Pick<ServiceApi, 'getQueueStats' | 'isRunning'>,
  options: DrainOptions = {},
): Promise<void> {
  const { clock, signal } = options
  const most = clock ? fakeTimeoutMs : realTimeoutMs
  const timeoutMs = integerIn(options.timeoutMs ?? most, 0, longestMs, { path: '/timeoutMs' })
  const begin = (clock ?? systemClock).monotonic()
  const realBegin = systemClock.monotonic()
  for (let step = 0; ; step++) {
    throwIfAborted(signal)
    const left = leftIn(await service.getQueueStats())
    if (left === null) return
    const spent = (clock ?? systemClock).monotonic() - begin
    const isStuck = clock?.pendingTimers === 0 && systemClock.monotonic() - realBegin > realTimeoutMs
    if (spent >= timeoutMs || isStuck) throw timedOut(service.isRunning, left, Math.round(spent))
    if (clock) await abortable(moveOn(clock, left, timeoutMs - spent), signal)
    else await abortable(systemClock.sleep(Math.min(1 + step, 20, timeoutMs - spent)), signal)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** What is not done, by state; null when all is. */
function leftIn(stats: QueueStats): Left | null {
  const { pending, processing, retry, delayed, blocked } = stats
  return pending + processing + retry + delayed + blocked === 0
    ? null
    : { pending, processing, retry, delayed, blocked }
}

/** A handler may wait for something that no fake clock moves, a socket say: it gets a moment of real time before each step. */
async function moveOn(clock: FakeClock, left: Left, mostMs: number): Promise<void> {
  await clock.settle()
  if (left.processing > 0 || clock.pendingTimers === 0) await systemClock.sleep(1)
  const moved = await clock.advanceToNext(mostMs)
  if (!moved && clock.pendingTimers > 0) await clock.advance(mostMs)
}

function timedOut(isRunning: boolean, left: Left, spentMs: number): RiptideError {
  const named = states.filter((state) => left[state] > 0).map((state) => `${left[state]} ${state}`)
  const hint = isRunning ? '' : '; this service is not running'
  return new RiptideError('TIMEOUT', `jobs are left after ${spentMs} ms: ${named.join(', ')}${hint}`, {
    facts: { left, spentMs },
  })
}
