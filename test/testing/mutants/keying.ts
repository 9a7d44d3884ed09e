import type { Mutant } from './mutate.js'
import { changeRequest } from './mutate.js'
import { changeTerms } from './terms.js'

/** What can go wrong with keys and the limits of the whole queue. */
export const keyMutants: readonly Mutant[] = [
  {
    name: 'knows no concurrency keys',
    breaks: 'I8',
    inWalk: true,
    change: (queue) => changeTerms(queue, () => ({ concurrency: null })),
  },
  {
    name: 'lets one more run than a key may have',
    breaks: 'I8',
    inWalk: true,
    change: (queue) =>
      changeTerms(queue, ({ concurrency }) => ({
        concurrency: concurrency && { ...concurrency, max: concurrency.max + 1 },
      })),
  },
  {
    name: 'goes by the max that was said first',
    breaks: 'I8',
    change: (queue) => {
      const first = new Map<string, number>()
      return changeTerms(queue, ({ concurrency }) => {
        if (!concurrency) return {}
        first.set(concurrency.key, first.get(concurrency.key) ?? concurrency.max)
        return { concurrency: { ...concurrency, max: first.get(concurrency.key) ?? 1 } }
      })
    },
  },
  {
    name: 'takes two keys for one',
    breaks: 'I15',
    change: (queue) =>
      changeTerms(queue, ({ concurrency }) => ({
        concurrency: concurrency && { ...concurrency, key: concurrency.key.toLowerCase().trim() },
      })),
  },
  {
    name: 'lets keys take no turns',
    breaks: 'I23',
    change: (queue) =>
      changeTerms(queue, ({ concurrency }) => ({
        concurrency: concurrency && concurrency.max < 9 ? concurrency : null,
      })),
  },
  {
    name: 'knows no rates',
    breaks: 'I8',
    inWalk: true,
    change: (queue) => changeTerms(queue, () => ({ rate: null })),
  },
  {
    name: 'lets one more start than a rate allows',
    breaks: 'I8',
    inWalk: true,
    change: (queue) => changeTerms(queue, ({ rate }) => ({ rate: rate && { ...rate, max: rate.max + 1 } })),
  },
  {
    name: 'takes a window for a millisecond shorter',
    breaks: 'I8',
    inWalk: true,
    change: (queue) =>
      changeTerms(queue, ({ rate }) => ({ rate: rate && { ...rate, perMs: rate.perMs - 1 } })),
  },
  {
    name: 'takes a window for a millisecond longer',
    breaks: 'I21',
    inWalk: true,
    change: (queue) =>
      changeTerms(queue, ({ rate }) => ({ rate: rate && { ...rate, perMs: rate.perMs + 1 } })),
  },
  {
    name: 'tells of no key how it stands',
    breaks: 'I8',
    change: () => ({ keyState: () => Promise.resolve({ concurrency: null, rate: null, queueFreeAt: null }) }),
  },
  {
    name: 'knows no limits of the queue',
    breaks: 'I8',
    change: (queue) => changeRequest(queue, (request) => ({ ...request, limits: undefined })),
  },
  {
    name: 'lets one more run than the queue may have',
    breaks: 'I8',
    change: (queue) =>
      changeRequest(queue, ({ limits, ...request }) => {
        const concurrency = limits?.concurrency ?? null
        if (!limits || concurrency === null) return { ...request, limits }
        return { ...request, limits: { ...limits, concurrency: concurrency + 1 } }
      }),
  },
  {
    name: 'knows no rate of the queue',
    breaks: 'I8',
    change: (queue) =>
      changeRequest(queue, ({ limits, ...request }) => ({
        ...request,
        limits: limits && { ...limits, rate: null },
      })),
  },
  {
    name: 'forgets the slots that are set aside',
    breaks: 'I8',
    change: (queue) => changeRequest(queue, (request) => ({ ...request, asides: undefined })),
  },
  {
    name: 'gives the slots that are set aside to all types',
    breaks: 'I7',
    change: (queue) =>
      changeRequest(queue, ({ asides, ...request }) => {
        const types = [...new Set([...request.types, ...(asides ?? []).flatMap((aside) => aside.types)])]
        return { ...request, asides: asides?.map(({ wanted }) => ({ wanted, types })) }
      }),
  },
  {
    name: 'counts no claims',
    breaks: 'I31',
    change: (queue) => ({
      metrics: async () => ({
        ...(await queue.metrics()),
        claims: { critical: 0, high: 0, normal: 0, low: 0 },
      }),
    }),
  },
]
