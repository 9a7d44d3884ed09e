import type { JobRecord } from '../../core/queue-adapter.js'
import { nameOf } from './names.js'
import { type Namespace, ask, readScripts } from './read-scripts.js'
import { type SideFields, briefRecord, linesOf, parseRecord } from './record.js'

/** A job with all that is known of it; null when there is none. */
export async function readJob(space: Namespace, id: string): Promise<JobRecord | null> {
  const name = nameOf(id)
  const reply = (await ask(space, readScripts.job, [name])) as JobReply
  const [now, text, side, lines, waitsFor, isHeld] = reply
  const ties = { waitsFor, isHeld: isHeld === '1' }
  return text === null ? null : parseRecord(name, text, side, lines, Number(now), ties)
}

/** Jobs without payload and log lines, in the order of their names; those that are gone are left out. */
export async function readBriefs(space: Namespace, names: readonly string[]): Promise<readonly JobRecord[]> {
  const found: JobRecord[] = []
  for (let from = 0; from < names.length; from += briefsOfStep) {
    const some = names.slice(from, from + briefsOfStep)
    const briefs = await readSome(space, some, firstBytes)
    for (const brief of briefs) if (brief !== null) found.push(brief)
  }
  return found
}

// -------------------------------------------------------------------------------------------------------------------

/** With each comes its result, of up to 64 KB. */
const briefsOfStep = 32
/** Enough for the lines and options of nearly every job. */
const firstBytes = 2048

type JobReply = readonly [
  now: string,
  text: string | null,
  side: SideFields,
  lines: readonly string[],
  waitsFor: readonly string[],
  isHeld: string,
]
type BriefReply = readonly [head: string, result: string, side: SideFields, isHeld: string]

async function readSome(
  space: Namespace,
  names: readonly string[],
  bytes: number,
): Promise<readonly (JobRecord | null)[]> {
  const reply = await ask(space, readScripts.briefs, [String(bytes - 1), ...names])
  const [now, ...replies] = reply as readonly [string, ...BriefReply[]]
  const briefs: (JobRecord | null)[] = []
  for (const [i, [head, result, side, isHeld]] of replies.entries()) {
    const name = names[i] ?? ''
    const wanted = head === '' ? 0 : bytesWanted(head, bytes)
    if (wanted > bytes) briefs.push(...(await readSome(space, [name], wanted)))
    else if (head === '') briefs.push(null)
    else briefs.push(briefRecord(name, head, linesOf(head), side, result, Number(now), isHeld === '1'))
  }
  return briefs
}

/** How much of a record must be read, of which the first `bytes` are there, to have its options whole. */
function bytesWanted(head: string, bytes: number): number {
  // All there is: a text that was cut has at least as many bytes as were asked for, its last character apart.
  if (Buffer.byteLength(head) < bytes) return bytes
  const { fixed, bodyAt } = linesOf(head)
  if (bodyAt === 0) return bytes * 32
  const optionsLength = Number(fixed[5])
  // The last character may have been cut in two.
  if (bodyAt + optionsLength < head.length) return bytes
  const most = Buffer.byteLength(head.slice(0, bodyAt)) + optionsLength * 3 + 4
  return Math.max(most, bytes + 1)
}
