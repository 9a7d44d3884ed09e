import type { CycleReply, CycleRequest } from '../../../src/core/queue-adapter.js'
import { type Mutant, changeOutcomes, changeReply, changeRequest } from './mutate.js'

/** What can go wrong in a cycle. */
export const cycleMutants: readonly Mutant[] = [
  {
    name: 'forgets the number of the last cycle',
    breaks: 'I2',
    change: (queue) => {
      let seq = 0
      return { cycle: (request) => queue.cycle({ ...request, seq: ++seq }) }
    },
  },
  {
    name: 'gives the last reply to an old cycle',
    breaks: 'I2',
    change: (queue) => {
      let last: CycleReply = { kind: 'old' }
      return {
        cycle: async (request) => {
          const reply = await queue.cycle(request)
          if (reply.kind === 'done') last = reply
          return last
        },
      }
    },
  },
  {
    name: 'ignores the fence of an outcome',
    breaks: 'I3',
    change: (queue) => ({
      cycle: async (request) => {
        const fences = await Promise.all(request.outcomes.map(async ({ id }) => (await queue.get(id))?.fence))
        const outcomes = request.outcomes.map((outcome, i) => ({
          ...outcome,
          fence: fences[i] ?? outcome.fence,
        }))
        return queue.cycle({ ...request, outcomes })
      },
    }),
  },
  {
    name: 'ignores whose run it is',
    breaks: 'I3',
    change: (queue) => {
      const replies = new Map<string, Promise<CycleReply>>()
      let seq = 0
      const cycle = (request: CycleRequest): Promise<CycleReply> => {
        const key = `${request.instance} ${request.seq}`
        const reply = replies.get(key) ?? queue.cycle({ ...request, instance: 'everyone', seq: ++seq })
        replies.set(key, reply)
        return reply
      }
      return { cycle }
    },
  },
  {
    name: 'does not say which outcomes it refused',
    breaks: 'I3',
    change: (queue) => changeReply(queue, (reply) => ({ ...reply, stale: [] })),
  },
  {
    name: 'does not tell of cancelled runs',
    breaks: 'I12',
    change: (queue) => changeReply(queue, (reply) => ({ ...reply, cancelled: [] })),
  },
  {
    name: 'does not say what falls due next',
    breaks: 'I21',
    change: (queue) => changeReply(queue, (reply) => ({ ...reply, nextDueAt: null })),
  },
  {
    name: 'does not say that a bound cut it short',
    breaks: 'I36',
    change: (queue) => changeReply(queue, (reply) => ({ ...reply, more: false })),
  },
  {
    name: 'does not say what it took back',
    breaks: 'I19',
    change: (queue) => changeReply(queue, (reply) => ({ ...reply, reclaimed: [] })),
  },
  {
    name: 'claims one more than wanted',
    breaks: 'I8',
    change: (queue) => changeRequest(queue, (request) => ({ ...request, wanted: [...request.wanted, 99] })),
  },
  {
    name: 'hands out types that the worker cannot run',
    breaks: 'I7',
    change: (queue) =>
      changeRequest(queue, (request) => ({ ...request, types: ['task', 'other', 'unknown', 'a', 'b', 'c'] })),
  },
  {
    name: 'goes strictly by priority, whatever the budgets',
    breaks: 'I23',
    change: (queue) =>
      changeRequest(queue, (request) => ({ ...request, budgets: { high: 0, normal: 0, low: 0 } })),
  },
  {
    name: 'lets a class wait one claim longer than its budget',
    breaks: 'I23',
    change: (queue) =>
      changeRequest(queue, (request) => ({
        ...request,
        budgets: { ...request.budgets, low: request.budgets.low + 1 },
      })),
  },
  {
    name: 'takes runs back a millisecond early',
    breaks: 'I4',
    change: (queue) => changeRequest(queue, (request) => ({ ...request, leaseMs: request.leaseMs - 1 })),
  },
  {
    name: 'takes runs back a millisecond late',
    breaks: 'I19',
    change: (queue) => changeRequest(queue, (request) => ({ ...request, leaseMs: request.leaseMs + 1 })),
  },
  {
    name: 'counts a job that was handed back as failed',
    breaks: 'I5',
    change: (queue) =>
      changeOutcomes(queue, (outcome) =>
        outcome.settlement.kind === 'release'
          ? {
              ...outcome,
              settlement: { kind: 'retry', afterMs: 0, error: { code: 'X', name: 'X', message: '' } },
            }
          : outcome,
      ),
  },
  {
    name: 'loses results',
    breaks: 'I14',
    change: (queue) =>
      changeOutcomes(queue, (outcome) =>
        outcome.settlement.kind === 'complete'
          ? { ...outcome, settlement: { kind: 'complete', result: null } }
          : outcome,
      ),
  },
  {
    name: 'keeps results for ever',
    breaks: 'I14',
    change: (queue) => changeOutcomes(queue, (outcome) => ({ ...outcome, resultTtlMs: 1e15 })),
  },
  {
    name: 'tries again before the backoff is over',
    breaks: 'I6',
    change: (queue) =>
      changeOutcomes(queue, (outcome) =>
        outcome.settlement.kind === 'retry'
          ? {
              ...outcome,
              settlement: { ...outcome.settlement, afterMs: Math.floor(outcome.settlement.afterMs / 2) },
            }
          : outcome,
      ),
  },
  {
    name: 'rounds measured times',
    breaks: 'I13',
    change: (queue) => changeOutcomes(queue, (outcome) => ({ ...outcome, runMs: Math.round(outcome.runMs) })),
  },
  {
    name: 'does not count a crash as an attempt',
    breaks: 'I5',
    change: (queue) => {
      const crashed = new Map<string, number>()
      const less = (id: string): number => crashed.get(id) ?? 0
      return {
        cycle: async (request) => {
          const reply = await queue.cycle(request)
          if (reply.kind === 'old') return reply
          for (const { id } of reply.reclaimed) crashed.set(id, less(id) + 1)
          return {
            ...reply,
            claims: reply.claims.map((claim) => ({ ...claim, failures: claim.failures - less(claim.id) })),
          }
        },
      }
    },
  },
]
