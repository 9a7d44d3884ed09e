import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { QueueAdapter } from '../../src/core/queue-adapter.js'
import { memoryQueue } from '../../src/drivers/memory/memory-queue.js'
import { sealedQueue } from '../../src/sealed/sealed-queue.js'
import { queueContract, storageContract } from '../../src/testing/index.js'

const keys = [
  { id: 'new', key: randomBytes(32) },
  { id: 'old', key: randomBytes(32) },
]

/** It fills four megabytes to the byte, and sealed texts are longer. */
const byBytes = 'a job has four megabytes of steps at most'

/** A sealed queue lacks the verbs of moving. */
describe('a sealed queue keeps the contract', () => {
  for (const one of queueContract.filter(({ name, needs }) => needs === undefined && name !== byBytes))
    test(one.name, () => one.run({ create: () => sealedQueue(memoryQueue(), keys) }))
})

describe('its storage keeps the contract', () => {
  for (const one of storageContract)
    test(one.name, () => one.run({ create: () => sealedQueue(memoryQueue(), keys).storage }))
})

test('every verb of the queue that it wraps is there, but those of moving', () => {
  const verbs = (queue: QueueAdapter): string[] => {
    const names = new Set<string>()
    for (
      let at: object | null = queue;
      at && at !== Object.prototype;
      at = Object.getPrototypeOf(at) as object
    )
      for (const name of Object.getOwnPropertyNames(at)) names.add(name)
    return [...names].filter((name) => name !== 'constructor').sort()
  }
  const moving = ['exportJobs', 'withdraw', 'withdrawal', 'foresee', 'importJobs']
  const own = verbs(memoryQueue()).filter((name) => !moving.includes(name))
  expect(verbs(sealedQueue(memoryQueue(), keys))).toEqual(own)
})
