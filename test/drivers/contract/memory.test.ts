import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../../src/drivers/memory/memory-queue.js'
import { memoryStorage } from '../../../src/drivers/memory/memory-storage.js'
import { type QueueSubject, queueContract, storageContract } from '../../../src/testing/index.js'

const subject: QueueSubject = {
  create: () => memoryQueue(),
  createBounded: (maxJobs) => memoryQueue({ maxJobs }),
  moves: true,
}

describe('the memory queue keeps the contract', () => {
  for (const one of queueContract) test(one.name, () => one.run(subject))
})

describe('the memory storage keeps the contract', () => {
  for (const one of storageContract) test(one.name, () => one.run({ create: () => memoryStorage() }))
})

describe('the storage of the memory queue keeps the contract', () => {
  for (const one of storageContract) test(one.name, () => one.run({ create: () => memoryQueue().storage }))
})

test('no two cases of a contract have the same name', () => {
  for (const contract of [queueContract, storageContract]) {
    const names = contract.map((one) => one.name)
    expect(new Set(names).size).toBe(names.length)
  }
})
