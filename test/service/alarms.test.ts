import { expect, onTestFinished, test } from 'vitest'
import type { Hint } from '../../src/core/queue-adapter.js'
import { WorkerService, memoryQueue } from '../../src/index.js'

test('an alarm of the store is told by service:error, with its code and facts', async () => {
  const queue = memoryQueue()
  const tellers: ((hint: Hint) => void)[] = []
  queue.subscribe = (_, listener) => {
    tellers.push(listener)
    return () => undefined
  }
  const said: unknown[] = []
  const logger = { debug() {}, info() {}, warn: (message: string) => said.push(message), error() {} }
  const service = new WorkerService({ queue, logger })
  const told: unknown[] = []
  service.on('service:error', ({ error }) => told.push(error))
  await service.start()
  onTestFinished(() => service.stop())
  tellers[0]?.({ kind: 'alarm', code: 'STORE_PINNED', message: 'the log grows', facts: { bytes: 7 } })
  expect(told).toMatchObject([{ code: 'STORE_PINNED', message: 'the log grows', facts: { bytes: 7 } }])
  expect(said).toEqual(['the log grows'])
})
