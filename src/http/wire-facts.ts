import { type JobStatus, jobStates } from '../core/states.js'
import { stateOut } from './wire-words.js'

/** A name of ours as the wire spells it: `retryCount` is `retry_count`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** An object with its own names respelt; its values as they are. */
export function snakeKeys(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [snake(key), value]))
}

/** The facts of an error as further members of a problem. */
export function factsOut(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(facts).map(([key, value]) => [
    snake(key),
    stateFacts.includes(key) ? stateFactOut(value) : value,
  ])
  return Object.fromEntries(entries) as Record<string, unknown>
}

/** A state as the wire spells it, or a list of them; anything else as it is. */
export function stateFactOut(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stateFactOut)
  return isState(value) ? stateOut(value) : value
}

// -------------------------------------------------------------------------------------------------------------------

/** Those that hold states; elsewhere a word that is also a state may be a name of the user's. */
const stateFacts = ['state', 'status', 'allowed']

function isState(value: unknown): value is JobStatus {
  return (jobStates as readonly unknown[]).includes(value)
}
