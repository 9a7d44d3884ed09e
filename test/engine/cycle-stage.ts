import { type Deferred, deferred } from '../../src/core/abort.js'
import { defaultBudgets } from '../../src/core/priority.js'
import type {
  Claim,
  CycleReply,
  CycleRequest,
  OutcomeReport,
  StepLimits,
} from '../../src/core/queue-adapter.js'
import { CycleLane, type CycleLaneOptions } from '../../src/engine/cycle-lane.js'
import { Pool } from '../../src/engine/pool.js'
import { memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

type Done = Extract<CycleReply, { kind: 'done' }>

/** The reply of a store in which there is nothing. */
export const nothing: Done = {
  kind: 'done',
  now: 0,
  claims: [],
  stale: [],
  reclaimed: [],
  cancelled: [],
  nextDueAt: null,
  more: false,
}

/** An outcome of the run with the fence 1. */
export function report(id: string, more: Partial<OutcomeReport> = {}): OutcomeReport {
  return {
    id,
    fence: '1',
    settlement: { kind: 'release' },
    runMs: 1,
    resultTtlMs: 0,
    keep: true,
    ...more,
  }
}

/** A job that a cycle brought to a lane. */
export function claim(id: string, lane: number): Claim {
  return {
    id,
    lane,
    type: 'work',
    priority: 'normal',
    payload: 'null',
    options: '',
    fence: '1',
    generation: 1,
    failures: 0,
    maxAttempts: 3,
    createdAt: 0,
    readyAt: 0,
    startedAt: 0,
    dedupeKey: null,
    scheduleId: null,
  }
}

export interface LaneOptions {
  /** How many workers want work, one job each. */
  readonly slots?: number
  /** Slots that are set aside, of each aside: for the types `aside 0`, `aside 1` ... */
  readonly asides?: readonly number[]
  /** In place of those of a memory queue, which takes one cycle at a time. */
  readonly limits?: Partial<StepLimits>
  /** Claims that cannot be started: their outcomes are reported as they come. */
  readonly bad?: readonly string[]
  /** In place of the parts of the lane that this stage brings. */
  readonly parts?: Partial<CycleLaneOptions>
}

/** A store that takes two cycles at once, each with up to four outcomes: half of what eight jobs make. */
export const two = { slots: 8, limits: { items: 4, bytes: 10_000, inFlight: 2 } }
/** The same, but one at a time. */
export const one = { slots: 8, limits: { ...two.limits, inFlight: 1 } }
/** The same, but three at once, and as many outcomes for each. */
export const three = { slots: 12, limits: { ...two.limits, inFlight: 3 } }

/** A lane whose store answers as the test says. */
export function lane(
  answer: (request: CycleRequest, n: number) => Promise<CycleReply>,
  { slots = 0, asides = [], limits = {}, bad = [], parts = {} }: LaneOptions = {},
) {
  const clock = new FakeClock()
  const pool = new Pool(slots, 1, 0, { asides })
  const requests: CycleRequest[] = []
  const claims: Claim[] = []
  const alone: boolean[] = []
  const troubles: string[] = []
  const queue = memoryQueue()
  const adapter = Object.assign(queue, {
    limits: { ...queue.limits, ...limits },
    cycle: (request: CycleRequest) => (requests.push(request), answer(request, requests.length)),
  })
  const made = new CycleLane({
    adapter,
    instance: 'a',
    clock,
    random: () => 0.5,
    leaseMs: 10_000,
    budgets: defaultBudgets,
    types: ['work'],
    asides: {
      types: asides.map((_, i) => [`aside ${i}`]),
      reserve: (aside, most) => pool.reserveAside(aside, most),
    },
    places: slots,
    room: () => pool.room,
    reserveLanes: (most) => pool.reserve(most),
    releaseLanes: (lanes) => pool.release(lanes),
    onClaims: (got) => {
      for (const one of got) {
        if (bad.includes(one.id)) void made.report(report(one.id))
        else {
          pool.take(one.lane)
          pool.begin(one.lane)
        }
      }
      claims.push(...got)
    },
    onReply: (_, isAlone) => alone.push(isAlone),
    onTrouble: (error) => troubles.push(error.code),
    ...parts,
  })
  return { made, clock, pool, requests, claims, alone, troubles }
}

/** A lane whose calls the test answers one by one, in whatever order: the first has the number 0. */
export function heldLane(options: LaneOptions = {}) {
  const calls: Deferred<CycleReply>[] = []
  const open: number[] = []
  const stage = lane(() => {
    const call = deferred<CycleReply>()
    open.push(calls.length)
    calls.push(call)
    return call.promise
  }, options)
  const settled = (n: number, settle: (call: Deferred<CycleReply>) => void): Promise<void> => {
    const call = calls[n]
    if (!call || !open.includes(n)) throw new Error(`no call ${n} waits for an answer`)
    open.splice(open.indexOf(n), 1)
    settle(call)
    return stage.clock.settle()
  }
  return {
    ...stage,
    /** The calls that wait for an answer. */
    open,
    /** Makes runs end, and lets the lane send what it will. */
    end: (...ids: readonly string[]): Promise<('accepted' | 'stale')[]> =>
      Promise.all(ids.map((id) => stage.made.report(report(id)))),
    answer: (n: number, more: Partial<Done> = {}): Promise<void> =>
      settled(n, (call) => call.resolve({ ...nothing, ...more })),
    lose: (n: number): Promise<void> => settled(n, (call) => call.reject(new Error('cut'))),
  }
}

/** Where each request went, and the outcomes it took along. */
export function sent(requests: readonly CycleRequest[]): readonly (readonly [number, number, string])[] {
  return requests.map(({ channel, seq, outcomes }) => [channel, seq, outcomes.map(({ id }) => id).join(' ')])
}
