import type { Mutant } from './mutate.js'

/** What can go wrong with pauses, changes of class, removals by hand, and steps. */
export const pauseMutants: readonly Mutant[] = [
  { name: 'pauses nothing', breaks: 'I7', change: () => ({ pause: () => Promise.resolve() }) },
  { name: 'ends no pause', breaks: 'I7', change: () => ({ resume: () => Promise.resolve() }) },
  {
    name: 'pauses the whole queue for a type',
    breaks: 'I7',
    change: (queue) => ({ pause: () => queue.pause(null), resume: () => queue.resume(null) }),
  },
  {
    name: 'ends all pauses at once',
    breaks: 'I7',
    change: (queue) => ({
      resume: async () => {
        for (const type of [null, ...(await queue.pauses()).types]) await queue.resume(type)
      },
    }),
  },
  {
    name: 'does not say what is paused',
    breaks: 'I7',
    change: () => ({ pauses: () => Promise.resolve({ queue: false, types: [] }) }),
  },
  {
    name: 'counts paused jobs as waiting',
    breaks: 'I23',
    change: (queue) => ({
      counts: async () => {
        const counts = await queue.counts()
        const { queue: isPaused, types } = await queue.pauses()
        return isPaused || types.length > 0 ? { ...counts, skips: { ...counts.skips, low: 1 } } : counts
      },
    }),
  },
  {
    name: 'changes no class',
    breaks: 'I7',
    change: (queue) => ({
      reprioritise: async ({ id }) => {
        const job = await queue.get(id)
        return job ? { kind: 'done', job, from: job.status } : { kind: 'missing' }
      },
    }),
  },
  {
    name: 'does not know a change of class again',
    breaks: 'I2',
    change: (queue) => {
      let n = 0
      return {
        reprioritise: (request) => queue.reprioritise({ ...request, token: `${request.token}${n++}` }),
      }
    },
  },
  {
    name: 'removes what has not ended',
    breaks: 'I34',
    change: (queue) => ({
      discard: async (request) => {
        await queue.cancel({ ...request, token: `${request.token} cancel`, reason: null })
        return queue.discard(request)
      },
    }),
  },
  {
    name: 'says again that it has removed a job',
    breaks: 'I2',
    change: (queue) => ({
      discard: async (request) => {
        const answer = await queue.discard(request)
        return answer.kind === 'missing' ? { kind: 'done' } : answer
      },
    }),
  },
  {
    name: 'keeps steps of runs that are over',
    breaks: 'I3',
    change: (queue) => ({
      keepStep: async (request) => {
        const answer = await queue.keepStep(request)
        return answer.kind === 'lost' ? { kind: 'kept', text: request.text } : answer
      },
    }),
  },
  {
    name: 'shows steps to runs that are over',
    breaks: 'I3',
    change: (queue) => ({ steps: async (lease) => (await queue.steps(lease)) ?? [] }),
  },
  {
    name: 'forgets steps',
    breaks: 'I1',
    change: (queue) => ({ steps: async (lease) => (await queue.steps(lease)) && [] }),
  },
  {
    name: 'lets the last text of a step stand',
    breaks: 'I2',
    change: (queue) => ({
      keepStep: async (request) => {
        const answer = await queue.keepStep(request)
        return answer.kind === 'kept' ? { kind: 'kept', text: request.text } : answer
      },
    }),
  },
  {
    name: 'keeps steps without end',
    breaks: 'I36',
    change: (queue) => ({
      keepStep: async (request) => {
        const answer = await queue.keepStep(request)
        return answer.kind === 'full' ? { kind: 'kept', text: request.text } : answer
      },
    }),
  },
]
