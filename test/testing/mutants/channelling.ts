import type { CycleReply } from '../../../src/core/queue-adapter.js'
import { type Mutant, changeRequest } from './mutate.js'

/** What can go wrong with the channels of an instance. */
export const channelMutants: readonly Mutant[] = [
  {
    name: 'has one row of numbers for all channels',
    breaks: 'I2',
    change: (queue) => changeRequest(queue, (request) => ({ ...request, channel: 0 })),
  },
  {
    name: 'keeps one reply for all channels',
    breaks: 'I2',
    change: (queue) => {
      const last = new Map<string, CycleReply>()
      const seqs = new Map<string, number>()
      return {
        cycle: async (request) => {
          const key = `${request.instance} ${request.channel}`
          const known = last.get(request.instance)
          if (known && seqs.get(key) === request.seq) return known
          const reply = await queue.cycle(request)
          seqs.set(key, request.seq)
          last.set(request.instance, reply)
          return reply
        },
        leave: (instance) => {
          last.delete(instance)
          return queue.leave(instance)
        },
      }
    },
  },
  {
    name: 'has the channels of all instances in one',
    breaks: 'I15',
    change: (queue) => {
      const highest = new Map<number, number>()
      return {
        cycle: async (request) => {
          const { channel, seq } = request
          if (seq <= (highest.get(channel) ?? 0)) return { kind: 'old' }
          highest.set(channel, seq)
          return queue.cycle(request)
        },
      }
    },
  },
  {
    name: 'forgets only the first channel of an instance that left',
    breaks: 'I30',
    change: (queue) => {
      const highest = new Map<string, number>()
      return {
        cycle: async (request) => {
          const key = `${request.instance} ${request.channel}`
          if (request.channel > 0 && request.seq < (highest.get(key) ?? 0)) return { kind: 'old' }
          highest.set(key, request.seq)
          return queue.cycle(request)
        },
      }
    },
  },
]
