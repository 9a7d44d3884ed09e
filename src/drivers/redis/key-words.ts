import type { KeyQuery, KeyState } from '../../core/queue-adapter.js'
import { wordOrNull } from './names.js'

/** What is sent for the state of keys. */
export function keyWords({ concurrency, rate, queueRate }: KeyQuery): string[] {
  const { max, perMs } = queueRate ?? { max: 0, perMs: 0 }
  return [wordOrNull(concurrency), wordOrNull(rate), String(max), String(perMs)]
}

/** What the answer says, at a time. */
export function keyStateOf(reply: unknown, now: number): KeyState {
  const [cMax, running, rMax, perMs, full, live, last, opens] = reply as readonly (string | null)[]
  const start = full ? Number(full) + Number(perMs) : 0
  const isKnown = rMax !== '' && (Number(live) > 0 || (!!last && Number(last) + Number(perMs) > now))
  return {
    concurrency: cMax === '' ? null : { max: Number(cMax), running: Number(running) },
    queueFreeAt: opens ? Number(opens) : null,
    rate: isKnown ? { max: Number(rMax), perMs: Number(perMs), freeAt: start > now ? start : null } : null,
  }
}
