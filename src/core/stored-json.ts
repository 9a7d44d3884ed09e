import type { Clock } from './clock.js'
import { RiptideError } from './errors.js'
import { parseInTurns } from './parse-in-turns.js'

/** How a sealed text begins. No JSON does, so what was stored before sealing began is told apart from it. */
export const sealedMark = '~s1.'

/** What was stored as JSON. DECRYPTION_FAILED for a sealed text, which comes here only where no keys were given. */
export function parseStored(text: string): unknown {
  if (!text.startsWith(sealedMark)) return JSON.parse(text)
  throw sealedFault()
}

/** What was stored as JSON, however much it is; undefined where nothing was. */
export async function parseLarge(
  text: string | undefined,
  clock: Pick<Clock, 'monotonic' | 'soon'>,
): Promise<unknown> {
  if (text?.startsWith(sealedMark)) throw sealedFault()
  return text === undefined ? undefined : parseInTurns(text, clock)
}

/** A text as it came from the store, and why it cannot be opened, if whoever opens such texts could not. */
export interface StoredText {
  readonly text: string
  readonly fault?: RiptideError | undefined
}

/** Why a text cannot be read here: with no key for it, and with no keys at all. Undefined for one that can. */
export function faultIn({ text, fault }: StoredText): RiptideError | undefined {
  return fault ?? (text.startsWith(sealedMark) ? sealedFault() : undefined)
}

/** What a text says, or DECRYPTION_FAILED. */
export function readStored(stored: StoredText): unknown {
  const fault = faultIn(stored)
  if (fault) throw fault
  return JSON.parse(stored.text)
}

export function sealedFault(): RiptideError {
  const text = 'a stored text is encrypted, and this service was given no keys: see its option encryption'
  return new RiptideError('DECRYPTION_FAILED', text)
}
