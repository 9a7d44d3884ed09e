import type { OutcomeReport } from '../core/queue-adapter.js'

/** A text this short counts as the most it can have: counting it would cost more than it could spare a step. */
const shortText = 256

/** Bytes that a text takes in a step, in UTF-8, where three are the most for one UTF-16 unit. Never too few. */
export function stepBytesOf(text: string): number {
  return text.length < shortText ? text.length * 3 : Buffer.byteLength(text)
}

/** Bytes that an outcome takes in a step: id, fence and numbers, and the text of its result or its error. */
export function stepBytesOfOutcome({ settlement }: OutcomeReport): number {
  if (settlement.kind === 'release') return besides
  if (settlement.kind !== 'complete') return besides + stepBytesOf(JSON.stringify(settlement.error))
  const { result } = settlement
  if (result === null) return besides
  return besides + stepBytesOf('inline' in result ? result.inline : result.key)
}

/** Of everything but the texts that can be long. */
const besides = 300
