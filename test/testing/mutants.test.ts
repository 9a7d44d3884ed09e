import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../src/drivers/memory/memory-queue.js'
import { memoryStorage } from '../../src/drivers/memory/memory-storage.js'
import {
  type QueueSubject,
  type StorageSubject,
  queueContract,
  storageContract,
} from '../../src/testing/index.js'
import { channelMutants } from './mutants/channelling.js'
import { controlMutants } from './mutants/controlling.js'
import { cycleMutants } from './mutants/cycling.js'
import { dedupeMutants } from './mutants/deduping.js'
import { dependencyMutants } from './mutants/depending.js'
import { keyMutants } from './mutants/keying.js'
import { lookMutants } from './mutants/looking.js'
import { movingMutants } from './mutants/moving.js'
import { type Mutant, mutate } from './mutants/mutate.js'
import { noticeMutants } from './mutants/noticing.js'
import { pauseMutants } from './mutants/pausing.js'
import { mutateStorage, storageMutants } from './mutants/storing.js'
import { submitMutants } from './mutants/submitting.js'
import { unkeptMutants } from './mutants/unkeeping.js'

const all = [
  ...submitMutants,
  ...cycleMutants,
  ...channelMutants,
  ...unkeptMutants,
  ...controlMutants,
  ...lookMutants,
  ...movingMutants,
  ...dependencyMutants,
  ...keyMutants,
  ...dedupeMutants,
  ...noticeMutants,
  ...pauseMutants,
]

describe('the contract finds a queue that', () => {
  for (const mutant of all) {
    test(mutant.name, async () => {
      expect(await findsFault(mutant), `a case for ${mutant.breaks} fails`).toBe(true)
    })
  }

  test('is the same store for all', async () => {
    const shared = memoryQueue()
    expect(await someFails('I15', { create: () => shared })).toBe(true)
  })

  test('has room without end', async () => {
    const subject: QueueSubject = { create: () => memoryQueue(), createBounded: () => memoryQueue() }
    expect(await someFails('I36', subject)).toBe(true)
  })
})

describe('the walk alone finds a queue that', () => {
  const seen = ['I2', 'I3', 'I4', 'I5', 'I7', 'I21', 'I23']
  const plain = [...submitMutants, ...cycleMutants].filter(({ breaks }) => seen.includes(breaks))
  const termed = [...dependencyMutants, ...keyMutants, ...dedupeMutants].filter(({ inWalk }) => inWalk)
  for (const mutant of [...plain, ...termed]) {
    test(mutant.name, async () => {
      const subject = { create: () => mutate(memoryQueue(), mutant.change) }
      const walks = queueContract.filter((one) => one.name.startsWith('a random walk'))
      const failures = await Promise.all(walks.map((one) => fails(() => one.run(subject))))
      expect(failures).toContain(true)
    })
  }
})

test('the contract finds no fault in a queue that is only wrapped', async () => {
  const subject: QueueSubject = { create: () => mutate(memoryQueue(), () => ({})) }
  for (const one of queueContract) if (one.needs !== 'createBounded') await one.run(subject)
})

describe('the contract finds a storage that', () => {
  for (const { name, change } of storageMutants) {
    test(name, async () => {
      const subject: StorageSubject = { create: () => mutateStorage(memoryStorage(), change) }
      const failures = await Promise.all(storageContract.map((one) => fails(() => one.run(subject))))
      expect(failures).toContain(true)
    })
  }
})

// -------------------------------------------------------------------------------------------------------------------

function findsFault({ breaks, change }: Mutant): Promise<boolean> {
  return someFails(breaks, { create: () => mutate(memoryQueue(), change), moves: true })
}

/** Whether one of the cases that stand for a guarantee fails; the first one that does is enough. */
async function someFails(invariant: string, subject: QueueSubject): Promise<boolean> {
  for (const one of queueContract) {
    if (!one.invariants.includes(invariant) || (one.needs !== undefined && subject[one.needs] === undefined))
      continue
    if (await fails(() => one.run(subject))) return true
  }
  return false
}

async function fails(run: () => Promise<void>): Promise<boolean> {
  try {
    await run()
    return false
  } catch {
    return true
  }
}
