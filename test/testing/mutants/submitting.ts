import type { Mutant } from './mutate.js'

/** What can go wrong with a submission. */
export const submitMutants: readonly Mutant[] = [
  {
    name: 'loses every seventh job of a step that it acknowledged',
    breaks: 'I1',
    change: (queue) => ({
      submit: async (jobs) => {
        const answers = await queue.submit(jobs.filter((_, i) => i % 7 !== 6))
        return jobs.map((job, i) => answers[i] ?? { kind: 'created', id: job.id, status: 'pending' })
      },
    }),
  },
  {
    name: 'drops the dedupe key',
    breaks: 'I9',
    change: (queue) => ({ submit: (jobs) => queue.submit(jobs.map((job) => ({ ...job, dedupeKey: null }))) }),
  },
  {
    name: 'does not compare digests',
    breaks: 'I10',
    change: (queue) => ({ submit: (jobs) => queue.submit(jobs.map((job) => ({ ...job, digest: 'same' }))) }),
  },
  {
    name: 'does not know a submission again',
    breaks: 'I10',
    change: (queue) => {
      let n = 0
      return { submit: (jobs) => queue.submit(jobs.map((job) => ({ ...job, token: `${job.token}${n++}` }))) }
    },
  },
  {
    name: 'reads and writes payloads, and loses digits',
    breaks: 'I13',
    change: (queue) => ({
      submit: (jobs) =>
        queue.submit(jobs.map((job) => ({ ...job, payload: JSON.stringify(JSON.parse(job.payload)) }))),
    }),
  },
  {
    name: 'makes objects of empty arrays',
    breaks: 'I13',
    change: (queue) => ({
      submit: (jobs) =>
        queue.submit(jobs.map((job) => ({ ...job, payload: job.payload.replaceAll('[]', '{}') }))),
    }),
  },
  {
    name: 'keeps what it was given instead of a copy',
    breaks: 'I13',
    change: (queue) => {
      const kept = new Map<string, { payload: string }>()
      return {
        submit: (jobs) => {
          for (const job of jobs) kept.set(job.id, job)
          return queue.submit(jobs)
        },
        get: async (id) => {
          const record = await queue.get(id)
          return record && { ...record, payload: kept.get(id)?.payload ?? record.payload }
        },
      }
    },
  },
  {
    name: 'takes the jobs of a step from the back',
    breaks: 'I7',
    change: (queue) => ({
      submit: async (jobs) => [...(await queue.submit([...jobs].reverse()))].reverse(),
    }),
  },
  {
    name: 'starts delayed jobs a millisecond early',
    breaks: 'I6',
    change: (queue) => ({
      submit: (jobs) =>
        queue.submit(
          jobs.map((job) => ({
            ...job,
            delayMs: job.delayMs === null ? null : Math.max(0, job.delayMs - 1),
          })),
        ),
    }),
  },
  {
    name: 'starts jobs before their instant',
    breaks: 'I6',
    change: (queue) => ({ submit: (jobs) => queue.submit(jobs.map((job) => ({ ...job, runAt: null }))) }),
  },
]
