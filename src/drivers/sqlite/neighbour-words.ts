import type { EndedJob, MovedJob } from '../../core/queue-adapter.js'
import { isFinal, jobStates } from '../../core/states.js'
import type { TakenLease } from './news.js'

/** Of what is said here: two processes with another one each do without talking, and look into the file. */
export const wordsVersion = 1

/** What neighbours say to each other: one JSON text a line. */
export type Words =
  /** The first of each side. `secret` is that of the other one: whoever knows it may read the file. */
  | {
      readonly kind: 'hello'
      readonly version: typeof wordsVersion
      readonly n: number
      readonly secret: string
    }
  /** Who listens at the side that says it. */
  | {
      readonly kind: 'audience'
      readonly instances: readonly string[]
      readonly ends: boolean
      readonly moves: boolean
    }
  /** The audience is known: what it asks for is told from now on. */
  | { readonly kind: 'heard' }
  | { readonly kind: 'waits'; readonly instance: string; readonly types: readonly string[] }
  | { readonly kind: 'stops'; readonly instance: string }
  /** One job for an instance that waits at the side that hears it; it does not wait any more then. */
  | { readonly kind: 'work'; readonly instance: string; readonly type: string }
  | { readonly kind: 'ended'; readonly jobs: readonly EndedJob[] }
  | { readonly kind: 'moved'; readonly jobs: readonly MovedJob[] }
  | { readonly kind: 'interrupt'; readonly instance: string; readonly leases: readonly TakenLease[] }
  | { readonly kind: 'schedules' }
  /** It closes on purpose, and has told everything. */
  | { readonly kind: 'bye' }

/** What a line says; undefined for one that no neighbour of this version says. */
export function wordsOf(line: string): Words | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const said = value as Record<string, unknown>
  const test = typeof said.kind === 'string' && Object.hasOwn(tests, said.kind) ? tests[said.kind] : undefined
  return test?.(said) === true ? (value as Words) : undefined
}

// -------------------------------------------------------------------------------------------------------------------

type Said = Readonly<Record<string, unknown>>

const tests: Readonly<Record<string, (said: Said) => boolean>> = {
  hello: ({ version, n, secret }) =>
    version === wordsVersion && Number.isSafeInteger(n) && typeof secret === 'string',
  audience: ({ instances, ends, moves }) => isTexts(instances) && isFlag(ends) && isFlag(moves),
  heard: () => true,
  waits: ({ instance, types }) => typeof instance === 'string' && isTexts(types),
  stops: ({ instance }) => typeof instance === 'string',
  work: ({ instance, type }) => typeof instance === 'string' && typeof type === 'string',
  ended: ({ jobs }) => isListOf(jobs, (job) => isJob(job, true)),
  moved: ({ jobs }) => isListOf(jobs, (job) => isJob(job, false)),
  interrupt: ({ instance, leases }) => typeof instance === 'string' && isListOf(leases, isLease),
  schedules: () => true,
  bye: () => true,
} satisfies Record<Words['kind'], (said: Said) => boolean>

function isJob({ id, type, status }: Said, hasEnded: boolean): boolean {
  const known = jobStates.find((one) => one === status)
  return (
    typeof id === 'string' && typeof type === 'string' && known !== undefined && isFinal(known) === hasEnded
  )
}

function isLease({ id, fence, reason }: Said): boolean {
  return typeof id === 'string' && typeof fence === 'string' && (reason === 'cancelled' || reason === 'lost')
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean'
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isListOf(value: unknown, isOne: (one: Said) => boolean): boolean {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => typeof one === 'object' && one !== null && isOne(one as Said))
  )
}
