import type { JobStatus } from '../../core/states.js'
import { wordOf } from './names.js'
import { type Namespace, ask, readScripts } from './read-scripts.js'
import { letterOf } from './record.js'

/** Which jobs are looked for; null stands for any. */
export interface Wanted {
  readonly status: JobStatus | null
  readonly type: string | null
  /** Their texts too, to search in. */
  readonly withTexts: boolean
}

/** A job that may be shown. */
export interface Candidate {
  readonly sequence: number
  readonly name: string
  /** With texts: the two lines of its record. */
  readonly lines: string
  /** With texts: its error, '' for none. */
  readonly error: string
}

/** The jobs in a state and of a type, newest first, from before a place on: some at a time, each time in one bounded step. */
export async function* candidates(
  space: Namespace,
  wanted: Wanted,
  before: number | null,
): AsyncGenerator<readonly Candidate[]> {
  let from = before === null ? '' : String(before)
  do {
    const reply = (await ask(space, readScripts.candidates, [...wordsOf(wanted), from])) as readonly string[]
    yield candidatesIn(reply, wanted)
    from = reply[0] ?? ''
  } while (from !== '')
}

/** An index with more in it is not read whole. */
const fewAtMost = 2000
const namesOfStep = 128

/**
 * All jobs in a state and of a type, newest first, when they are `count`, few, and a small part of all, and the state has an
 * index: what runs or has ended is mostly old, and lies far from the newest among a million jobs that wait. Null when they
 * are to be found by `candidates`.
 */
export async function fewCandidates(
  space: Namespace,
  wanted: Wanted,
  count: number,
  all: number,
): Promise<readonly Candidate[] | null> {
  if (wanted.status === null || count > Math.min(fewAtMost, all / 8)) return null
  const names = await ask(space, readScripts.index, [letterOf(wanted.status)])
  if (!Array.isArray(names)) return null
  const different = [...new Set<string>(names)]
  const found: Candidate[] = []
  for (let from = 0; from < different.length; from += namesOfStep) {
    const some = different.slice(from, from + namesOfStep)
    const reply = await ask(space, readScripts.candidates, [...wordsOf(wanted), '', ...some])
    found.push(...candidatesIn(reply as readonly string[], wanted))
  }
  // Not all are there: ended ones behind which someone is still to be told.
  if (found.length !== count) return null
  return found.sort((a, b) => b.sequence - a.sequence)
}

// -------------------------------------------------------------------------------------------------------------------

function wordsOf({ status, type, withTexts }: Wanted): readonly string[] {
  const letters = status === null ? '' : status === 'pending' ? 'PD' : letterOf(status)
  return [letters, type === null ? '' : wordOf(type), withTexts ? '1' : '0']
}

function candidatesIn(reply: readonly string[], { withTexts }: Wanted): readonly Candidate[] {
  const found: Candidate[] = []
  for (let i = 1; i < reply.length; i += withTexts ? 4 : 2) {
    found.push({
      sequence: Number(reply[i]),
      name: reply[i + 1] ?? '',
      lines: (withTexts ? reply[i + 2] : undefined) ?? '',
      error: (withTexts ? reply[i + 3] : undefined) ?? '',
    })
  }
  return found
}
