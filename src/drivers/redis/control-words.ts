import type { ControlAnswer, Mended, RenewRequest } from '../../core/queue-adapter.js'
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

/** The answer to a cancel or a retry. */
export function controlAnswer(id: string, reply: unknown): ControlAnswer {
  if (typeof reply === 'string') {
    const [kind, letter = ''] = reply.split(' ')
    return kind === 'conflict' ? { kind, status: statusOf(letter) } : { kind: 'missing' }
  }
  const [, from, now, text, error, reason, progress, blocker, lines, hasReason] = reply as DoneReply
  const side = [error || null, hasReason === '1' ? reason : null, progress || null, blocker || null] as const
  return {
    kind: 'done',
    job: parseRecord(nameOf(id), text, side, lines, Number(now)),
    from: statusOf(from),
  }
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
]
