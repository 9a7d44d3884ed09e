import { describe, expect, test } from 'vitest'
import { redisQueue } from '../../../src/drivers/redis/redis-queue.js'
import { redisStorage } from '../../../src/drivers/redis/redis-storage.js'
import { queueContract, storageContract } from '../../../src/testing/index.js'
import { freshNamespace } from '../redis/redis-server.js'
import { mockClient } from './mock-client.js'
import { subjectAt } from './redis-subject.js'

/**
 * What is left out here of the part that is run, and why. Each script is compiled anew at each run, by a Lua in JavaScript:
 * some ms. All of these hold over the mock too, but take two thirds of the time of the whole contract; real Redis runs them.
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
  'hundreds of steps or jobs with keys, dependencies or settings: 3 to 30 s': [
    'two thousand keys are served in bounded steps, each job once',
    'a job behind many that were cancelled is found without waiting',
    'whatever happens, no more run than may',
    'in no window of that length do more start, wherever it begins',
    'with keys, too, a low job waits at most 17 claims',
    'with keys, too, a high job waits at most 7 claims',
    'with keys, too, a normal job waits at most 10 claims',
    'a busy class makes the others wait no longer while its keys open and close',
    'the thousand dependencies that a job may have are kept, in their order',
    'a job has a thousand steps at most, and those it has stand',
    'a job that waits for two hundred is let go by the last of them',
    'two new lives at once, of a job and of the one it depends on, both run',
    'the last two that a job waits for may end at once',
    'a rate of many thousand starts is kept to the last of them',
    'twelve hundred settings are paged through, a thousand at most',
    'of two hundred that wait for one at most 64 are let go in a cycle, which says so',
    'of a new life and what the end before did one comes first',
    'a cancel goes down a row of three hundred in bounded cycles',
    'a failure goes down a row of three hundred in bounded cycles',
    'a job that comes while the one it depends on completes is let go',
    'a job that comes while the one it depends on is removed is an orphan, or holds it',
    'two hundred that fail with the one they wait for do so in bounded cycles',
    'a job that comes while the one it depends on is cancelled ends by its rule',
    'a long chain runs one by one, in its order',
    'windows that are over are dropped without anyone asking for their keys',
    'a tenant with five jobs does not wait for one with five hundred',
    'what it depended on is let go after its end in bounded cycles',
    'edges that wait hinder no claim, and a bound on them no other end',
    'each claim of a slot that is set aside counts as any other for the budgets',
  ],
  'tens of steps with keys or dependencies, or with several queues: 1 to 3 s': [
    'the list is in the order of creation, before what was submitted later',
    'a job that comes while the one it depends on completes unkept is an orphan, or holds it',
    'a job has four megabytes of steps at most',
    'many who follow the same edges at once follow each once',
    'nothing stays blocked when all that it depends on has ended',
    'of a replacement and a claim at once each is whole',
    'of a removal and a job that depends on it at once one comes first',
    'with paused and full keys in the way a low job waits at most 17 claims',
    'a job fails again and again with the one it depends on, once in each life',
    'a line of jobs moves on one by one in the other store',
    'many ends of one step make one notice each, with an id of its own',
    'those that were handed back go in front, and keep their order',
    'ended jobs are removed in the order of their ends',
    'a key is told apart from every other, whatever it looks like',
    'of a claim and a change of class at once each is whole',
    'an id that stands is a conflict, unless it is the very job',
    'a dedupe key of a live job is a conflict, and is held when it has come',
    'types are told apart, whatever they look like',
    'a graph that ran half goes there and back again, and is as it was',
    'a new job is pending and its record says all there is to say',
    'what is withdrawn is gone from every index',
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

/** One case in three, of each family some: the whole takes minutes here, and is what real Redis is for. */
const quickPart = queueContract.filter((_, place) => place % 3 === 0)

describe('the Redis queue keeps the contract over ioredis-mock', () => {
  const subject = subjectAt((namespace) => redisQueue({ client, namespace }))
  for (const one of quickPart.filter(({ needs }) => needs !== 'createBounded'))
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
