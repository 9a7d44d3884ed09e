import type { Mutant } from './mutate.js'

/** What can go wrong with cancels, retries, renewals and schedules. */
export const controlMutants: readonly Mutant[] = [
  {
    name: 'does not end a running job that is cancelled',
    breaks: 'I12',
    change: (queue) => ({
      cancel: async (request) => {
        const job = await queue.get(request.id)
        if (job?.status !== 'processing') return queue.cancel(request)
        return { kind: 'done', job: { ...job, status: 'cancelled' }, from: 'processing' }
      },
    }),
  },
  {
    name: 'does not know a cancel again',
    breaks: 'I12',
    change: (queue) => {
      let n = 0
      return { cancel: (request) => queue.cancel({ ...request, token: `${request.token}${n++}` }) }
    },
  },
  {
    name: 'does not know a removal again',
    breaks: 'I28',
    change: (queue) => {
      let n = 0
      return { removeSchedule: (id, token) => queue.removeSchedule(id, `${token}${n++}`) }
    },
  },
  {
    name: 'removes a schedule again when the removal is sent again',
    breaks: 'I28',
    change: (queue) => {
      const removed = new Set<string>()
      let n = 0
      return {
        removeSchedule: async (id, token) => {
          const isRemoved = await queue.removeSchedule(id, `${token}${n++}`)
          const isKnown = removed.has(`${id} ${token}`)
          if (isRemoved) removed.add(`${id} ${token}`)
          return isRemoved || isKnown
        },
      }
    },
  },
  {
    name: 'says that it removed what was never there',
    breaks: 'I34',
    change: (queue) => ({
      removeSchedule: async (id, token) => {
        await queue.removeSchedule(id, token)
        return true
      },
    }),
  },
  {
    name: 'does not know a retry again',
    breaks: 'I2',
    change: (queue) => {
      let n = 0
      return { retry: (request) => queue.retry({ ...request, token: `${request.token}${n++}` }) }
    },
  },
  {
    name: 'revives completed jobs',
    breaks: 'I2',
    change: (queue) => ({
      retry: async (request) => {
        const job = await queue.get(request.id)
        return job?.status === 'completed' ? { kind: 'done', job, from: 'completed' } : queue.retry(request)
      },
    }),
  },
  {
    name: 'renews whatever it is asked to',
    breaks: 'I3',
    change: (queue) => ({ renew: async (request) => ({ ...(await queue.renew(request)), lost: [] }) }),
  },
  {
    name: 'does not say why a run was lost',
    breaks: 'I12',
    change: (queue) => ({
      renew: async (request) => {
        const reply = await queue.renew(request)
        return { ...reply, lost: reply.lost.map((one) => ({ ...one, reason: 'lost' as const })) }
      },
    }),
  },
  {
    name: 'does not make leases last longer',
    breaks: 'I4',
    change: (queue) => ({ renew: (request) => queue.renew({ ...request, leases: [] }) }),
  },
  {
    name: 'fires without comparing the slot',
    breaks: 'I24',
    change: (queue) => ({
      fire: async (request) => {
        const standing = (await queue.schedules()).find((one) => one.id === request.id)
        return queue.fire({ ...request, slot: standing?.nextSlot ?? request.slot })
      },
    }),
  },
  {
    name: 'fires for an older version',
    breaks: 'I28',
    change: (queue) => ({
      fire: async (request) => {
        const standing = (await queue.schedules()).find((one) => one.id === request.id)
        return queue.fire({ ...request, version: standing?.version ?? request.version })
      },
    }),
  },
  {
    name: 'does not know a fire again',
    breaks: 'I24',
    change: (queue) => {
      let n = 0
      return {
        fire: ({ job, ...rest }) =>
          queue.fire({ ...rest, job: job && { ...job, token: `${job.token}${n++}` } }),
      }
    },
  },
  {
    name: 'lets the jobs of a schedule overlap',
    breaks: 'I11',
    change: (queue) => ({ fire: (request) => queue.fire({ ...request, overlap: 'allow' }) }),
  },
  {
    name: 'does not count missed slots',
    breaks: 'I25',
    change: (queue) => ({ fire: (request) => queue.fire({ ...request, missed: 0 }) }),
  },
  {
    name: 'takes every definition for a new one',
    breaks: 'I24',
    change: (queue) => {
      let n = 0
      return {
        putSchedule: (schedule) => queue.putSchedule({ ...schedule, digest: `${schedule.digest}${n++}` }),
      }
    },
  },
]
