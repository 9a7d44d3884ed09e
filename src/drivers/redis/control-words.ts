import type {
  ControlAnswer,
  DiscardAnswer,
  Mended,
  RenewReply,
  RenewRequest,
} from '../../core/queue-adapter.js'
import { leaseOf } from './cycle-words.js'
import { wordsOfInstance } from './instance-words.js'
import { idOf, nameOf, wordOf } from './names.js'
import { parseRecord, statusOf } from './record.js'

/** What is sent of a renewal. */
export function renewWords({ instance, leaseMs, leases }: RenewRequest): string[] {
  const args = [nameOf(instance.id), wordsOfInstance(instance), String(leaseMs)]
  for (const { id, fence, progress, lines, linesFrom } of leases) {
    const head = `${wordOf(fence)} ${progress === null ? 0 : 1} ${linesFrom} ${lines.length}`
    args.push(nameOf(id), head, progress ?? '', ...lines)
  }
  return args
}

/** What the answer to a renewal says. */
export function renewReply(reply: unknown): RenewReply {
  const [now, ...lost] = reply as readonly string[]
  return {
    now: Number(now),
    lost: lost.map((text) => ({
      ...leaseOf(text),
      reason: text.endsWith(' cancelled') ? 'cancelled' : 'lost',
    })),
  }
}

/** The answer to a cancel, a retry or another class. */
export function controlAnswer(id: string, reply: unknown): ControlAnswer {
  if (typeof reply === 'string') {
    const [kind, letter = ''] = reply.split(' ')
    return kind === 'conflict' ? { kind, status: statusOf(letter) } : { kind: 'missing' }
  }
  const done = reply as DoneReply
  const [, from, now, text, error, reason, progress, blocker, lines, hasReason, terms, waitsFor, isHeld] =
    done
  const cancelReason = hasReason === '1' ? reason : null
  const side = [error || null, cancelReason, progress || null, blocker || null, terms || null] as const
  const ties = { waitsFor, isHeld: isHeld === '1' }
  return {
    kind: 'done',
    job: parseRecord(nameOf(id), text, side, lines, Number(now), ties),
    from: statusOf(from),
  }
}

export function discardAnswer(reply: string): DiscardAnswer {
  const [kind, letter = ''] = reply.split(' ')
  if (kind === 'conflict') return { kind, status: statusOf(letter) }
  return { kind: kind === 'done' || kind === 'held' ? kind : 'missing' }
}

/** What a mending says of one thing that it put right. */
export function mendedOf(text: string): Mended {
  const [what = '', of = ''] = text.split(' ')
  return { what, of: what === 'count' ? of : idOf(of) }
}

// -------------------------------------------------------------------------------------------------------------------

type DoneReply = readonly [
  kind: string,
  from: string,
  now: string,
  text: string,
  error: string,
  reason: string,
  progress: string,
  blocker: string,
  lines: readonly string[],
  hasReason: string,
  terms: string,
  waitsFor: readonly string[],
  isHeld: string,
]
