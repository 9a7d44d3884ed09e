import assert from 'node:assert/strict'

export const walkVerbs = [
  'submit',
  'again',
  'claim',
  'end',
  'renew',
  'cancel',
  'retry',
  'reprioritise',
  'discard',
  'pass',
  'resend',
  'prune',
] as const

/** One step of a walk: what is done, and three numbers that choose to what and how. Any numbers make a lawful step. */
export interface WalkStep {
  readonly verb: (typeof walkVerbs)[number]
  readonly a: number
  readonly b: number
  readonly c: number
}

/** The steps of a walk, the same for the same seed. */
export function stepsOf(seed: number, n: number): readonly WalkStep[] {
  const next = numbersFrom(seed)
  const often = [
    ...walkVerbs,
    'submit',
    'submit',
    'submit',
    'claim',
    'claim',
    'claim',
    'end',
    'end',
    'end',
    'end',
    'pass',
  ] as const
  return Array.from({ length: n }, () => {
    const verb = often[next() % often.length] ?? 'claim'
    return { verb, a: next(), b: next(), c: next() }
  })
}

export function pick<T>(from: readonly [T, ...T[]] | readonly T[], n: number): T {
  const found = from[n % from.length]
  assert.ok(found !== undefined)
  return found
}

// -------------------------------------------------------------------------------------------------------------------

/** Whole numbers that follow from a seed; good enough to wander, and the same everywhere. */
function numbersFrom(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
