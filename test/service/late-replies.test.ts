import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../src/index.js'
import { started, stop } from './fake-stage.js'
import { job } from './stage.js'

/** A service whose cycles take effect at once and are answered after so long, as over a network. */
async function farFromItsStore(ms: number, workers = { count: 1, maxConcurrentJobs: 1 }) {
  const queue = memoryQueue()
  const cycle = queue.cycle.bind(queue)
  let isFar = false
  const stage = await started([job('quick', () => 1)], { queue, workers })
  queue.cycle = async (request) => {
    const reply = await cycle(request)
    if (isFar) await stage.clock.sleep(ms)
    return reply
  }
  isFar = true
  return stage
}

describe('a hint that overtakes the reply of a cycle', () => {
  test.each([
    [1, 1],
    [2, 2],
  ])(
    'is heeded when that reply brings nothing, with %i workers of %i slots',
    async (count, maxConcurrentJobs) => {
      const stage = await farFromItsStore(50, { count, maxConcurrentJobs })
      const { service, clock } = stage
      // The first job ends, so a cycle looks for the next one and finds none; the second is submitted before its reply.
      await service.submitJob({ type: 'quick', payload: null })
      await clock.advance(60)
      const { id } = await service.submitJob({ type: 'quick', payload: null })
      await clock.advance(400)
      expect(await service.getJob(id)).toMatchObject({ status: 'completed' })
      await stop(stage)
    },
  )
})
