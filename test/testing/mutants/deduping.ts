import type { DedupeRule } from '../../../src/core/job-terms.js'
import type { Mutant } from './mutate.js'
import { changeTerms } from './terms.js'

/** What can go wrong with the ways in which a dedupe key is held. */
export const dedupeMutants: readonly Mutant[] = [
  ...(
    [
      ['takes every submission for one that keeps', 'keep'],
      ['takes every submission for one that replaces', 'replace'],
      ['takes every submission for one that throttles', 'throttle'],
    ] as const
  ).map(([name, mode]): Mutant => ({
    name,
    breaks: 'I9',
    inWalk: true,
    change: (queue) => changeTerms(queue, changed({ mode })),
  })),
  {
    name: 'debounces as it replaces',
    breaks: 'I6',
    inWalk: true,
    change: (queue) =>
      changeTerms(queue, ({ dedupe }) => ({
        dedupe: dedupe?.mode === 'debounce' ? { ...dedupe, mode: 'replace' } : dedupe,
      })),
  },
  {
    name: 'knows no windows of dedupe keys',
    breaks: 'I9',
    change: (queue) =>
      changeTerms(queue, ({ dedupe }) => ({
        dedupe: dedupe?.mode === 'keep' ? { ...dedupe, windowMs: null } : dedupe,
      })),
  },
  {
    name: 'holds a dedupe key for a millisecond longer',
    breaks: 'I9',
    inWalk: true,
    change: (queue) =>
      changeTerms(queue, ({ dedupe }) => ({
        dedupe: dedupe && { ...dedupe, windowMs: dedupe.windowMs && dedupe.windowMs + 1 },
      })),
  },
  {
    name: 'does not know a replacement again',
    breaks: 'I10',
    change: (queue) => {
      let n = 0
      return {
        submit: (jobs) =>
          queue.submit(
            jobs.map((job) => (job.terms?.dedupe ? { ...job, token: `${job.token}${n++}` } : job)),
          ),
      }
    },
  },
  {
    name: 'does not say that it replaced a job',
    breaks: 'I9',
    inWalk: true,
    change: (queue) => ({
      submit: async (jobs) =>
        (await queue.submit(jobs)).map((answer) => {
          if (answer.kind !== 'standing') return answer
          const { kind, id, status } = answer
          return { kind, id, status }
        }),
    }),
  },
  {
    name: 'says of each standing job that it was replaced',
    breaks: 'I9',
    inWalk: true,
    change: (queue) => ({
      submit: async (jobs) =>
        (await queue.submit(jobs)).map((answer) =>
          answer.kind === 'standing' ? { ...answer, replaced: true } : answer,
        ),
    }),
  },
]

// -------------------------------------------------------------------------------------------------------------------

function changed(part: Partial<DedupeRule>): Parameters<typeof changeTerms>[1] {
  return ({ dedupe }) => ({ dedupe: dedupe && { ...dedupe, ...part } })
}
