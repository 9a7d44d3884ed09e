import { expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import type { RenewReply, RenewRequest } from '../../src/core/queue-adapter.js'
import { type LeasedRun, Leases } from '../../src/engine/leases.js'
import { memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

const leaseMs = 10_000
const heartbeatMs = 2_000
const info = {
  id: 'a',
  host: 'h',
  pid: 1,
  startedAt: 0,
  workers: 1,
  slots: 4,
  busy: 0,
  types: [],
  zombies: 0,
}

interface Run extends LeasedRun {
  readonly interrupts: string[]
  lines: string[]
}

function run(id: string, fence = '1', leaseUntil = leaseMs): Run {
  const made: Run = {
    id,
    fence,
    isAgain: fence !== '1',
    leaseUntil,
    lines: [],
    interrupts: [],
    readNews: () => ({
      news: { progress: null, lines: [...made.lines], linesFrom: 0 },
      confirm: () => void made.lines.splice(0),
    }),
    hasNews: () => made.lines.length > 0,
    interrupt: (reason) => void made.interrupts.push(reason),
  }
  return made
}

const well = (): Promise<RenewReply> => Promise.resolve({ now: 0, lost: [] })

async function leases(answer: (request: RenewRequest, n: number) => Promise<RenewReply> = well) {
  const clock = new FakeClock()
  const requests: RenewRequest[] = []
  const errors: string[] = []
  const made = new Leases({
    adapter: Object.assign(memoryQueue(), {
      renew: (request: RenewRequest) => (requests.push(request), answer(request, requests.length)),
    }),
    clock,
    random: () => 0.5,
    leaseMs,
    heartbeatMs,
    describeInstance: () => info,
    onNow: () => undefined,
    onError: (error) => errors.push(error.code),
  })
  await made.start()
  return { made, clock, requests, errors }
}

test('every heartbeat renews all runs in one call, and shows life when there are none', async () => {
  const { made, clock, requests } = await leases()
  await clock.advance(heartbeatMs)
  const [one, two] = [run('one'), run('two')]
  made.add(one)
  made.add(two)
  await clock.advance(heartbeatMs)
  expect(requests.map((request) => request.leases.map(({ id }) => id))).toEqual([[], [], ['one', 'two']])
  expect(one.leaseUntil).toBe(2 * heartbeatMs + leaseMs)
  await made.stop()
  expect(clock.pendingTimers).toBe(0)
})

test('a run that the store gives to someone else, or that was cancelled, is told why', async () => {
  const lost = [
    { id: 'one', fence: '1', reason: 'lost' },
    { id: 'two', fence: '1', reason: 'cancelled' },
    { id: 'three', fence: 'of another run', reason: 'lost' },
  ] as const
  const { made, clock } = await leases(() => Promise.resolve({ now: 0, lost }))
  const runs = ['one', 'two', 'three'].map((id) => run(id))
  for (const one of runs) made.add(one)
  await clock.advance(heartbeatMs)
  expect(runs.map((one) => one.interrupts)).toEqual([['lost'], ['cancelled'], []])
  await made.stop()
})

test('a run whose lease is over while the store is silent is interrupted here', async () => {
  const { made, clock, errors } = await leases((_, n) => (n === 1 ? well() : new Promise(() => undefined)))
  const one = run('one')
  made.add(one)
  await clock.advance(leaseMs)
  expect(one.interrupts).toEqual([])
  await clock.advance(heartbeatMs)
  expect(one.interrupts).toContain('lost')
  await clock.advance(leaseMs)
  expect(errors).toContain('STORE_TIMEOUT')
  await made.stop()
  expect(clock.pendingTimers).toBe(0)
})

test('after a mere stall the store is asked before anything is given up', async () => {
  const { made, clock, errors } = await leases()
  const one = run('one', '1', 500)
  made.add(one)
  await clock.advance(heartbeatMs)
  expect(one.interrupts).toEqual([])
  expect(one.leaseUntil).toBe(heartbeatMs + leaseMs)
  expect(errors).toEqual([])
  await made.stop()
})

test('news go out together soon after the first of them, and those of an ending run before it ends', async () => {
  const { made, clock, requests } = await leases()
  const runs = [run('one'), run('two')]
  for (const one of runs) {
    made.add(one)
    one.lines.push('hello')
    made.noteNews()
  }
  await clock.advance(199)
  expect(requests).toHaveLength(1)
  await clock.advance(1)
  expect(requests[1]?.leases.map(({ id, lines }) => [id, lines])).toEqual([
    ['one', ['hello']],
    ['two', ['hello']],
  ])
  for (const one of runs) one.lines.push('bye')
  await Promise.all(runs.map((one) => made.flush(one)))
  expect(requests[2]?.leases.map(({ lines }) => lines)).toEqual([['bye'], ['bye']])
  expect(requests).toHaveLength(3)
  await made.stop()
})

test('a job that is claimed again has left its earlier run', async () => {
  const { made } = await leases()
  const [earlier, later] = [run('one', '1'), run('one', '2')]
  const leave = made.add(earlier)
  made.add(later)
  leave()
  expect([earlier.interrupts, later.interrupts]).toEqual([['lost'], []])
  expect([made.find('one', '1'), made.find('one', '2')]).toEqual([undefined, later])
  await made.stop()
})

test('a stop ends a call that is under way, and says nothing of it', async () => {
  const { made, clock, errors } = await leases((_, n) => (n === 1 ? well() : new Promise(() => undefined)))
  const one = run('one')
  made.add(one)
  one.lines.push('last words')
  const flushing = made.flush(one)
  await clock.advance(heartbeatMs + 1)
  await made.stop()
  await flushing
  expect([errors, clock.pendingTimers]).toEqual([[], 0])
})

test('a heartbeat that falls on a renewal under way follows it, so that a chatty run costs no other its lease', async () => {
  const { made, clock, requests } = await leases((_, n) => clockedReply(() => clock, n))
  const [chatty, silent] = [run('chatty'), run('silent')]
  made.add(chatty)
  made.add(silent)
  for (let i = 0; i < 40; i++) {
    chatty.lines.push('again')
    made.noteNews()
    await clock.advance(heartbeatMs / 4)
  }
  expect(silent.interrupts).toEqual([])
  expect(requests.slice(2).every(({ leases: all }) => all.some(({ id }) => id === 'silent'))).toBe(true)
})

/** A store that takes nearly a heartbeat to answer. */
async function clockedReply(clock: () => FakeClock, n: number): Promise<RenewReply> {
  if (n > 1) await clock().sleep(heartbeatMs * 0.9)
  return { now: 0, lost: [] }
}

test('what could not be sent is sent with the next renewal', async () => {
  const { made, clock, requests } = await leases((_, n) =>
    n === 2 ? Promise.reject(new RiptideError('CONFIG_INVALID', 'no')) : well(),
  )
  const talking = run('talking')
  made.add(talking)
  talking.lines.push('said once')
  await clock.advance(heartbeatMs)
  await clock.advance(heartbeatMs)
  expect(requests.slice(1).map((request) => request.leases[0]?.lines)).toEqual([['said once'], ['said once']])
  expect(talking.lines).toEqual([])
})
