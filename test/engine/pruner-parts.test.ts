import { expect, test } from 'vitest'
import { Pruner } from '../../src/engine/pruner.js'
import { type QueueAdapter, memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

test('a result that is over goes from the storage with all of its parts', async () => {
  const keys = ['result/a/1/5~3/0', 'result/a/1/5~3/1', 'result/a/1/5~3/2', 'result/b/1/6', 'result/c~2/1/7']
  const clock = new FakeClock()
  const { storage } = memoryQueue()
  for (const key of keys) await storage.set(key, 'x')
  const answers = [['result/a/1/5~3', 'result/b/1/6'], []].map((orphanedResults) => ({
    ...{ removedJobs: 0, expiredResults: orphanedResults.length, orphanedResults, more: false },
  }))
  const adapter = { prune: () => Promise.resolve(answers.shift()) } as unknown as QueueAdapter
  const retention = {} as ConstructorParameters<typeof Pruner>[0]['retention']
  const pruner = new Pruner({ adapter, storage, retention, clock, random: () => 0, onError: () => undefined })
  expect(await pruner.prune()).toEqual({ removedJobs: 0, expiredResults: 2 })
  expect(await Promise.all(keys.map((key) => storage.get(key)))).toEqual([
    ...[undefined, undefined, undefined, undefined],
    'x',
  ])
})
