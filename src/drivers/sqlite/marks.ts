/** Bits of a job's row: what of it stands elsewhere. A job with none goes the shortest way. */
export const mark = {
  /** It has terms. */
  terms: 1,
  /** Others depend on it, or did. */
  parent: 2,
  /** Nothing of it is kept once no one is tied to it any more. */
  unkept: 4,
  /** It holds its dedupe key for a time, and not while it lives. */
  throttled: 8,
  /** Another job took its dedupe key while it ran. */
  dispossessed: 16,
} as const

export function hasMark(job: { readonly marks: number }, bit: (typeof mark)[keyof typeof mark]): boolean {
  return (job.marks & bit) !== 0
}
