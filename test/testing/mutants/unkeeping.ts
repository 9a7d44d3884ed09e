import type { CycleRequest, OutcomeReport } from '../../../src/core/queue-adapter.js'
import { type Mutant, changeOutcomes } from './mutate.js'

type Settled = Extract<OutcomeReport['settlement'], { kind: 'complete' }>

/** What can go wrong with jobs of which nothing is to be kept. */
export const unkeptMutants: readonly Mutant[] = [
  {
    name: 'keeps jobs of which nothing is to be kept',
    breaks: 'I33',
    change: (queue) => changeOutcomes(queue, (outcome) => ({ ...outcome, keep: true })),
  },
  {
    name: 'keeps nothing of any job',
    breaks: 'I33',
    change: (queue) => changeOutcomes(queue, (outcome) => ({ ...outcome, keep: false })),
  },
  {
    name: 'removes jobs that failed, too',
    breaks: 'I33',
    change: (queue) => {
      const gone = new Set<string>()
      return {
        cycle: (request) => {
          for (const { id, keep, settlement } of request.outcomes)
            if (!keep && settlement.kind === 'fail') gone.add(id)
          return queue.cycle(request)
        },
        get: async (id) => (gone.has(id) ? null : await queue.get(id)),
      }
    },
  },
  {
    name: 'leaves the results of jobs that are gone to retention',
    breaks: 'I33',
    change: (queue) => {
      const orphans: string[] = []
      return {
        cycle: (request) => {
          for (const { result } of unkept(request)) if (result && 'key' in result) orphans.push(result.key)
          return queue.cycle(request)
        },
        prune: async (request) => {
          const answer = await queue.prune(request)
          return { ...answer, orphanedResults: [...answer.orphanedResults, ...orphans] }
        },
      }
    },
  },
  {
    name: 'does not count what it does not keep',
    breaks: 'I31',
    change: (queue) => {
      let missing = 0
      return {
        cycle: (request) => {
          missing += unkept(request).length
          return queue.cycle(request)
        },
        metrics: async () => {
          const { types, ...rest } = await queue.metrics()
          const task = types['task']
          if (!task) return { ...rest, types }
          return { ...rest, types: { ...types, task: { ...task, completed: task.completed - missing } } }
        },
      }
    },
  },
  {
    name: 'keeps the dedupe key of a job that is gone',
    breaks: 'I9',
    change: (queue) => {
      const holders = new Map<string, string>()
      let isEnded = false
      return {
        submit: async (jobs) => {
          const [job] = jobs
          const holder = job?.dedupeKey ? holders.get(job.dedupeKey) : undefined
          if (holder !== undefined && isEnded) return [{ kind: 'standing', id: holder, status: 'completed' }]
          for (const { id, dedupeKey } of jobs) if (dedupeKey !== null) holders.set(dedupeKey, id)
          return queue.submit(jobs)
        },
        cycle: (request) => {
          isEnded ||= unkept(request).length > 0
          return queue.cycle(request)
        },
      }
    },
  },
  {
    name: 'begins again with the fences of a job that was gone',
    breaks: 'I3',
    change: (queue) => {
      const gone = new Set<string>()
      return {
        cycle: async (request) => {
          for (const { id, keep } of request.outcomes) if (!keep) gone.add(id)
          const reply = await queue.cycle(request)
          if (reply.kind === 'old') return reply
          const claims = reply.claims.map((claim) => (gone.has(claim.id) ? { ...claim, fence: '1' } : claim))
          return { ...reply, claims }
        },
      }
    },
  },
  {
    name: 'takes a second report of a job that is gone',
    breaks: 'I2',
    change: (queue) => ({
      cycle: async (request) => {
        const reply = await queue.cycle(request)
        const ids = request.outcomes.filter((one) => !one.keep).map((one) => one.id)
        if (reply.kind === 'old') return reply
        return { ...reply, stale: reply.stale.filter((one) => !ids.includes(one.id)) }
      },
    }),
  },
  {
    name: 'lets nobody go on behind a job that is gone',
    breaks: 'I11',
    change: (queue) =>
      changeOutcomes(queue, (outcome) => {
        if (outcome.keep || outcome.settlement.kind !== 'complete') return outcome
        const error = { code: 'X', name: 'X', message: '' }
        return { ...outcome, settlement: { kind: 'retry', afterMs: 1e12, error } }
      }),
  },
  {
    name: 'says nothing of the end of a job that is gone',
    breaks: 'I32',
    change: (queue) => {
      const gone = new Set<string>()
      return {
        cycle: (request) => {
          for (const { id, keep } of request.outcomes) if (!keep) gone.add(id)
          return queue.cycle(request)
        },
        subscribe: (instance, listener) =>
          queue.subscribe(instance, (hint) => {
            if (hint.kind !== 'ended') return listener(hint)
            const jobs = hint.jobs.filter((job) => !gone.has(job.id))
            if (jobs.length > 0) listener({ kind: 'ended', jobs })
          }),
      }
    },
  },
]

function unkept(request: CycleRequest): readonly Settled[] {
  return request.outcomes.flatMap(({ keep, settlement }) =>
    !keep && settlement.kind === 'complete' ? [settlement] : [],
  )
}
