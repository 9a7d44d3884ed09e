import { RiptideError } from '../../../src/core/errors.js'
import { jobStates } from '../../../src/core/states.js'
import type { Mutant } from './mutate.js'

/** What can go wrong with what a store shows, keeps and says. */
export const lookMutants: readonly Mutant[] = [
  {
    name: 'counts one job too many',
    breaks: 'I31',
    change: (queue) => ({
      counts: async () => {
        const counts = await queue.counts()
        return { ...counts, pending: counts.pending + 1 }
      },
    }),
  },
  {
    name: 'counts delayed jobs as ready',
    breaks: 'I31',
    change: (queue) => ({
      counts: async () => {
        const counts = await queue.counts()
        return { ...counts, pending: counts.pending + counts.delayed, delayed: 0 }
      },
    }),
  },
  {
    name: 'gives the length of the page as the total',
    breaks: 'I31',
    change: (queue) => ({
      list: async (query) => {
        const answer = await queue.list(query)
        return { ...answer, total: answer.jobs.length }
      },
    }),
  },
  {
    name: 'starts again from the first page when a cursor is none',
    breaks: 'I34',
    change: (queue) => ({
      list: (query) =>
        queue.list(query).catch((error: unknown) => {
          if (error instanceof RiptideError) return queue.list({ ...query, cursor: null })
          throw error
        }),
    }),
  },
  {
    name: 'lists payloads',
    breaks: 'I36',
    change: (queue) => ({
      list: async (query) => {
        const answer = await queue.list(query)
        const jobs = await Promise.all(answer.jobs.map(async (job) => (await queue.get(job.id)) ?? job))
        return { ...answer, jobs }
      },
    }),
  },
  {
    name: 'takes a search for a pattern',
    breaks: 'I31',
    change: (queue) => ({
      list: (query) => queue.list({ ...query, search: query.search?.replaceAll(/[%*]/g, '') ?? null }),
    }),
  },
  {
    name: 'recounts its metrics from the jobs that are left',
    breaks: 'I31',
    change: (queue) => ({
      metrics: async () => {
        const [metrics, counts] = [await queue.metrics(), await queue.counts()]
        const types = Object.fromEntries(
          Object.entries(metrics.types).map(([type, one]) => [
            type,
            { ...one, completed: counts.byType[type]?.completed ?? 0 },
          ]),
        )
        return { ...metrics, types }
      },
    }),
  },
  {
    name: 'removes more in one step than it may',
    breaks: 'I36',
    change: (queue) => ({ prune: (request) => queue.prune({ ...request, limit: 1000 }) }),
  },
  {
    name: 'removes jobs by count only',
    breaks: 'I33',
    change: (queue) => ({
      prune: (request) => {
        const byCount = { ageMs: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER }
        const { completed, dead_letter, cancelled, limit } = request
        return queue.prune({
          completed: { ...completed, ...byCount },
          dead_letter: { ...dead_letter, ...byCount },
          cancelled: { ...cancelled, ...byCount },
          limit,
        })
      },
    }),
  },
  {
    name: 'forgets where the results of removed jobs were',
    breaks: 'I33',
    change: (queue) => ({
      prune: async (request) => ({ ...(await queue.prune(request)), orphanedResults: [] }),
    }),
  },
  {
    name: 'shows dead instances as healthy',
    breaks: 'I19',
    change: (queue) => ({
      instances: async () => (await queue.instances()).map((one) => ({ ...one, healthy: true })),
    }),
  },
  {
    name: 'tells the time of another clock',
    breaks: 'I6',
    change: () => {
      let ticks = 0
      return { time: () => Promise.resolve(++ticks) }
    },
  },
  ...(['completed', 'dead_letter', 'cancelled'] as const).map((status): Mutant => ({
    name: `says of every job that ended that it is ${status}`,
    breaks: 'I32',
    change: (queue) => ({
      subscribe: (instance, listener) =>
        queue.subscribe(instance, (hint) =>
          listener(
            hint.kind === 'ended' ? { ...hint, jobs: hint.jobs.map((job) => ({ ...job, status })) } : hint,
          ),
        ),
    }),
  })),
  {
    name: 'does not say of which type a job was that ended',
    breaks: 'I32',
    change: (queue) => ({
      subscribe: (instance, listener) =>
        queue.subscribe(instance, (hint) =>
          listener(
            hint.kind === 'ended' ? { ...hint, jobs: hint.jobs.map((job) => ({ ...job, type: '' })) } : hint,
          ),
        ),
    }),
  },
  {
    name: 'tells of no job that it moved',
    breaks: 'I32',
    change: (queue) => ({
      subscribe: (instance, listener, options) =>
        queue.subscribe(instance, (hint) => (hint.kind === 'moved' ? undefined : listener(hint)), options),
    }),
  },
  {
    name: 'tells everyone of every move',
    breaks: 'I32',
    change: (queue) => ({
      subscribe: (instance, listener) => queue.subscribe(instance, listener, { moves: true }),
    }),
  },
  {
    name: 'gives no hints',
    breaks: 'I20',
    change: () => ({ subscribe: () => () => undefined }),
  },
  {
    name: 'goes on telling who has stopped listening',
    breaks: 'I29',
    change: (queue) => ({
      subscribe: (instance, listener) => {
        queue.subscribe(instance, listener)
        return () => undefined
      },
    }),
  },
  {
    name: 'closes for all when one closes',
    breaks: 'I30',
    change: (queue) => {
      let isClosed = false
      return {
        close: async () => {
          isClosed = true
          await queue.close()
        },
        submit: (jobs) =>
          isClosed
            ? Promise.reject(new RiptideError('STATE_INVALID', 'the queue is closed'))
            : queue.submit(jobs),
      }
    },
  },
  ...jobStates.map((status): Mutant => ({
    name: `leaves ${status} jobs out of the list of their state`,
    breaks: 'I16',
    change: (queue) => ({
      list: async (query) =>
        query.status === status ? { jobs: [], total: 0, nextCursor: null } : await queue.list(query),
    }),
  })),
]
