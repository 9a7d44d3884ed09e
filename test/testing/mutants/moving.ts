import type { ImportRequest, MovingJob, QueueAdapter, QueueMoving } from '../../../src/core/queue-adapter.js'
import { movable } from '../../../src/testing/contract/road.js'
import type { Mutant } from './mutate.js'

/** What can go wrong when jobs go from one store to another. */
export const movingMutants: readonly Mutant[] = [
  {
    name: 'forgets what it let go',
    breaks: 'I1',
    change: () => ({ withdrawal: () => Promise.resolve(null) }),
  },
  {
    name: 'lets jobs go that have changed since they were exported',
    breaks: 'I2',
    change: (queue) => ({
      withdraw: async (request) => {
        const { jobs } = await movable(queue).exportJobs({ cursor: null, items: 100, bytes: 1e6 })
        const now = new Map(jobs.map(({ record, revision }) => [record.id, revision]))
        const fresh = request.jobs.map(({ id, revision }) => ({ id, revision: now.get(id) ?? revision }))
        return movable(queue).withdraw({ ...request, jobs: fresh })
      },
    }),
  },
  {
    name: 'does not know a withdrawal again',
    breaks: 'I2',
    change: (queue) => {
      let n = 0
      return {
        withdraw: (request) => movable(queue).withdraw({ ...request, token: `${request.token}${n++}` }),
      }
    },
  },
  {
    name: 'lets two withdraw at once',
    breaks: 'I2',
    change: (queue) => ({
      withdraw: async (request) => {
        const last = await movable(queue).withdrawal()
        return movable(queue).withdraw({ ...request, after: last?.token ?? null })
      },
    }),
  },
  {
    name: 'leaves schedules where they were',
    breaks: 'I24',
    change: (queue) => ({
      withdraw: async (request) => {
        const answer = await movable(queue).withdraw({ ...request, schedules: [] })
        if (answer.kind !== 'done') return answer
        return { ...answer, schedules: request.schedules.map(() => 'gone' as const) }
      },
    }),
  },
  {
    name: 'exports in the order of creation',
    breaks: 'I7',
    change: (queue) => changeExport(queue, (jobs) => [...jobs].sort((a, b) => a.sequence - b.sequence)),
  },
  {
    name: 'exports ended jobs in no order',
    breaks: 'I33',
    change: (queue) => changeExport(queue, (jobs) => [...jobs].reverse()),
  },
  {
    name: 'does not export log lines',
    breaks: 'I13',
    change: (queue) => changeImport(queue, (job) => ({ ...job, record: { ...job.record, lines: [] } })),
  },
  {
    name: 'does not know a step of a move again',
    breaks: 'I2',
    change: (queue) => {
      let n = 0
      return { importJobs: (request) => movable(queue).importJobs({ ...request, step: request.step && ++n }) }
    },
  },
  {
    name: 'begins fences anew',
    breaks: 'I3',
    change: (queue) => changeImport(queue, (job) => ({ ...job, record: { ...job.record, fence: '0' } })),
  },
  {
    name: 'forgets who waits for whom',
    breaks: 'I11',
    change: (queue) => changeImport(queue, (job) => ({ ...job, record: { ...job.record, blockedBy: null } })),
  },
  {
    name: 'puts those that were handed back behind the others',
    breaks: 'I7',
    change: (queue) => changeImport(queue, (job) => ({ ...job, isInFront: false })),
  },
  {
    name: 'keeps results for longer than they were to be kept',
    breaks: 'I14',
    change: (queue) =>
      changeImport(queue, (job) => ({ ...job, resultUntil: job.resultUntil && job.resultUntil + 1 })),
  },
  {
    name: 'brings jobs without their terms',
    breaks: 'I8',
    change: (queue) => changeImport(queue, (job) => ({ ...job, record: { ...job.record, terms: null } })),
  },
  {
    name: 'forgets whom a job waits for',
    breaks: 'I11',
    change: (queue) => changeImport(queue, (job) => ({ ...job, record: { ...job.record, waitsFor: [] } })),
  },
  {
    name: 'leaves steps behind',
    breaks: 'I13',
    change: (queue) => changeImport(queue, (job) => ({ ...job, steps: undefined })),
  },
  {
    name: 'takes delayed jobs for ready ones',
    breaks: 'I6',
    change: (queue) =>
      changeImport(queue, (job) => (job.place === 'delayed' ? { ...job, place: 'pending' } : job)),
  },
]

// -------------------------------------------------------------------------------------------------------------------

function changeExport(
  queue: QueueAdapter,
  change: (jobs: readonly MovingJob[]) => readonly MovingJob[],
): Partial<QueueMoving> {
  return {
    exportJobs: async (request) => {
      const answer = await movable(queue).exportJobs(request)
      return { ...answer, jobs: change(answer.jobs) }
    },
  }
}

function changeImport(queue: QueueAdapter, change: (job: MovingJob) => MovingJob): Partial<QueueMoving> {
  return {
    importJobs: (request: ImportRequest) =>
      movable(queue).importJobs({ ...request, jobs: request.jobs.map(change) }),
  }
}
