import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../../src/drivers/memory/memory-queue.js'
import { queueContract } from '../../../src/testing/queue-contract.js'
import type { QueueSubject } from '../../../src/testing/contract/case.js'

const subject: QueueSubject = {
  create: () => memoryQueue(),
  createBounded: (maxJobs) => memoryQueue({ maxJobs }),
}

describe('the memory queue keeps the contract', () => {
  for (const one of queueContract) test(one.name, () => one.run(subject))

  test('of which no two cases have the same name', () => {
    const names = queueContract.map((one) => one.name)
    expect(new Set(names).size).toBe(names.length)
  })
})
