import { describe, expect, test } from 'vitest'
import { redisQueue } from '../../../src/drivers/redis/redis-queue.js'
import { redisStorage } from '../../../src/drivers/redis/redis-storage.js'
import { queueContract, storageContract } from '../../../src/testing/index.js'
import { freshNamespace } from '../redis/redis-server.js'
import { mockClient } from './mock-client.js'
import { subjectAt } from './redis-subject.js'

/**
 * What is left out here, and why. Each script is compiled anew at each run, by a Lua in JavaScript: 1 to 6 ms. All of these
 * hold over the mock too, but take three quarters of the time of the whole contract; real Redis runs them.
 */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  'hundreds of steps, each compiled anew: 6 to 18 s': [
    'a random walk of 300 steps goes as the model says (1)',
    'a random walk of 300 steps goes as the model says (2)',
    'a random walk of 300 steps goes as the model says (3)',
    'a random walk of 300 steps goes as the model says (4)',
    'a random walk of 300 steps goes as the model says (5)',
    'a random walk of 300 steps goes as the model says (6)',
    'a random walk of 300 steps goes as the model says (7)',
    'a random walk of 300 steps goes as the model says (8)',
  ],
  'a hundred steps or so, each compiled anew: 0.3 to 2 s': [
    'without budgets the better class always goes first',
    'a high job waits at most 7 claims with the default budgets',
    'a normal job waits at most 10 claims with the default budgets',
    'a low job waits at most 17 claims with the default budgets',
    'the skip-budget rule is the same, claim by claim, as in its definition',
    'many small steps and one large one come to the same',
    'a long line runs one by one, in its order',
    'many texts are kept beside each other',
    'of a cancel and an outcome at once exactly one is taken',
    'of many who fire one slot at once exactly one gets through',
    'a batch of claims goes by the same rule as single ones',
    'a fence that never was is refused',
    'each state is counted, by type too',
    'a definition keeps every byte',
    'an export goes on behind jobs that went and jobs that stayed',
    'an export changes nothing',
    'ready jobs are claimed in the order in which they would have been',
    'there and back again, all is as it was',
    'no outcome touches a blocked job, not even with its own fence',
    'no outcome touches a retrying job, not even with its own fence',
    'no outcome touches a dead_letter job, not even with its own fence',
    'no outcome touches a cancelled job, not even with its own fence',
  ],
  'many or large jobs in one step, whose texts and indexes are copied by each command: 0.4 to 3 s': [
    'one cycle lets at most 64 waiting jobs go, says so, and the next goes on',
    'a thousand runs whose leases are over at once are taken back once each',
    'a thousand jobs that fall due at once are all ready, in bounded steps',
    'a full step of outcomes is applied',
    'jobs beyond the bytes are removed, those that ended first',
    'results count as bytes',
  ],
  'megabytes, which its Lua takes apart byte by byte: 1 to 6 s': [
    'a payload keeps every byte: more than 64 KB',
    'a payload of two megabytes is a step of its own, and whole',
    'a text of five megabytes is whole',
    'a job with long texts arrives with every byte of them',
    'the last withdrawal is kept with its text, for every process',
  ],
}

const whyLeftOut = new Map(
  Object.entries(leftOut).flatMap(([why, names]) => names.map((name) => [name, why] as const)),
)
const client = mockClient()

describe('the Redis queue keeps the contract over ioredis-mock', () => {
  const subject = subjectAt((namespace) => redisQueue({ client, namespace }))
  for (const one of queueContract.filter(({ needs }) => needs !== 'createBounded'))
    testUnlessLeftOut(one.name, () => one.run(subject))
})

describe('the Redis storage keeps the contract over ioredis-mock', () => {
  const create = () => redisStorage({ client, namespace: freshNamespace() })
  for (const one of storageContract) testUnlessLeftOut(one.name, () => one.run({ create }))
})

test('what is left out over ioredis-mock stands in a contract, and is less than a sixth of it', () => {
  const names = [...queueContract, ...storageContract].map((one) => one.name)
  expect([...whyLeftOut.keys()].filter((name) => !names.includes(name))).toEqual([])
  expect(whyLeftOut.size).toBeLessThan(names.length * 0.15)
})

// -------------------------------------------------------------------------------------------------------------------

function testUnlessLeftOut(name: string, run: () => Promise<void>): void {
  const why = whyLeftOut.get(name)
  if (why === undefined) test(name, run)
  else test.skip(`${name} (left out: ${why})`, run)
}
