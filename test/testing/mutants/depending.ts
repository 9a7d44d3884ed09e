import type { CycleReply, CycleRequest } from '../../../src/core/queue-adapter.js'
import type { Mutant } from './mutate.js'
import { changeTerms } from './terms.js'

/** What can go wrong with jobs that depend on others. */
export const dependencyMutants: readonly Mutant[] = [
  {
    name: 'forgets what a job depends on',
    breaks: 'I11',
    inWalk: true,
    change: (queue) => changeTerms(queue, () => ({ dependsOn: [] })),
  },
  {
    name: 'lets a job go when the first of those it waits for has completed',
    breaks: 'I11',
    inWalk: true,
    change: (queue) => changeTerms(queue, ({ dependsOn }) => ({ dependsOn: dependsOn.slice(0, 1) })),
  },
  {
    name: 'turns the order of dependencies round',
    breaks: 'I11',
    inWalk: true,
    change: (queue) => changeTerms(queue, ({ dependsOn }) => ({ dependsOn: [...dependsOn].reverse() })),
  },
  ...(['fail', 'cancel', 'ignore'] as const).map((rule): Mutant => ({
    name: `takes every rule for \`${rule}\``,
    breaks: 'I11',
    inWalk: true,
    change: (queue) =>
      changeTerms(queue, ({ dependsOn }) => ({
        dependsOn: dependsOn.map(({ id }) => ({ id, onFailure: rule })),
      })),
  })),
  {
    name: 'waits for no job that is not there',
    breaks: 'I34',
    change: (queue) => ({
      submit: async (jobs) => {
        const answers = await queue.submit(jobs)
        return answers.map((answer, i) =>
          answer.kind === 'orphan' ? { kind: 'created', id: jobs[i]?.id ?? '', status: 'pending' } : answer,
        )
      },
    }),
  },
  {
    name: 'takes for an orphan who comes with the one that it depends on',
    breaks: 'I11',
    change: (queue) => ({
      submit: async (jobs) => {
        const together = new Set(jobs.map(({ id }) => id))
        const answers = await queue.submit(jobs)
        return answers.map((answer, i) => {
          const missing = jobs[i]?.terms?.dependsOn.find(({ id }) => together.has(id))?.id
          return missing === undefined ? answer : { kind: 'orphan', missing }
        })
      },
    }),
  },
  {
    name: 'does not say what a job waits for',
    breaks: 'I11',
    inWalk: true,
    change: (queue) => ({
      get: async (id) => {
        const record = await queue.get(id)
        return record && { ...record, waitsFor: [] }
      },
    }),
  },
  {
    name: 'lists what jobs wait for',
    breaks: 'I36',
    change: (queue) => ({
      list: async (query) => {
        const answer = await queue.list(query)
        const jobs = answer.jobs.map(async (job) => ({
          ...job,
          terms: (await queue.get(job.id))?.terms ?? null,
        }))
        return { ...answer, jobs: await Promise.all(jobs) }
      },
    }),
  },
  {
    name: 'counts a delay from when the job is let go',
    breaks: 'I6',
    inWalk: true,
    change: (queue) => ({
      submit: (jobs) =>
        queue.submit(
          jobs.map((job) => (job.terms?.dependsOn.length ? { ...job, delayMs: null, runAt: null } : job)),
        ),
    }),
  },
  {
    name: 'follows all edges in one cycle',
    breaks: 'I36',
    change: (queue) => ({
      cycle: async (request) => followAll(await queue.cycle(request), () => queue.cycle(again())),
    }),
  },
  {
    name: 'removes by hand what others depend on',
    breaks: 'I33',
    change: (queue) => ({
      discard: async (request) => {
        const answer = await queue.discard(request)
        return answer.kind === 'held' ? { kind: 'done' } : answer
      },
    }),
  },
  {
    name: 'keeps no result for those that depend on a job',
    breaks: 'I14',
    change: (queue) => ({
      get: async (id) => {
        const record = await queue.get(id)
        const now = await queue.time()
        const isOver = record !== null && record.completedAt !== null && now >= record.completedAt + 3_600_000
        return isOver ? { ...record, result: null } : record
      },
    }),
  },
  {
    name: 'gives a new life to a job and not to what it waits for',
    breaks: 'I11',
    change: (queue) => ({
      retry: async (request) => {
        const answer = await queue.retry(request)
        if (answer.kind !== 'done') return answer
        return { ...answer, job: { ...answer.job, status: 'pending', waitsFor: [] } }
      },
    }),
  },
]

// -------------------------------------------------------------------------------------------------------------------

let seq = 0

/** A cycle of an instance that nobody else is. */
function again(): CycleRequest {
  const budgets = { high: 0, normal: 0, low: 0 }
  return {
    instance: 'mutant',
    channel: 0,
    seq: ++seq,
    outcomes: [],
    wanted: [],
    types: [],
    leaseMs: 1,
    budgets,
  }
}

async function followAll(reply: CycleReply, next: () => Promise<CycleReply>): Promise<CycleReply> {
  if (reply.kind !== 'done' || !reply.more) return reply
  for (let more = true; more;) {
    const further = await next()
    more = further.kind === 'done' && further.more
  }
  return { ...reply, more: false }
}
