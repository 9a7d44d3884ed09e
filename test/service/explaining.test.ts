import { describe, expect, test } from 'vitest'
import { noTerms } from '../../src/core/job-terms.js'
import { type JobRecord, type QueueCounts, noCounts } from '../../src/core/queue-record.js'
import { type ExplainFacts, explain } from '../../src/service/explain.js'

const now = 1_800_000_000_000

const record: JobRecord = {
  id: 'a',
  type: 'mail',
  status: 'pending',
  priority: 'normal',
  payload: 'null',
  options: '',
  generation: 1,
  failures: 0,
  maxAttempts: 3,
  fence: '0',
  worker: null,
  createdAt: now - 5_000,
  readyAt: now - 5_000,
  startedAt: null,
  completedAt: null,
  runMs: null,
  error: null,
  cancelReason: null,
  progress: null,
  lines: [],
  dedupeKey: null,
  scheduleId: null,
  blockedBy: null,
  terms: null,
  waitsFor: [],
  result: null,
}

const counts: QueueCounts = {
  ...noCounts(),
  pending: 1,
  byType: {},
  skips: { critical: 0, high: 0, normal: 0, low: 0 },
  oldestReadyAt: null,
}

const worker = {
  id: 'i',
  host: 'h',
  pid: 1,
  startedAt: 0,
  workers: 1,
  slots: 4,
  busy: 0,
  types: ['mail', 'riptide.notice'],
  zombies: 0,
  heartbeatAt: now,
  healthy: true,
}

const free: ExplainFacts = {
  record,
  now,
  pauses: { queue: false, types: [] },
  keys: { concurrency: null, rate: null, queueFreeAt: null },
  counts,
  instances: [worker],
  limits: undefined,
  hasOwnSlots: false,
  dependencies: [],
}

const of = (own: Partial<JobRecord>, facts: Partial<ExplainFacts> = {}) =>
  explain({ ...free, ...facts, record: { ...record, ...own } })

const keyed = {
  ...noTerms,
  concurrency: { key: 'tenant-7', max: 3 },
  rate: { key: 'api', max: 10, perMs: 1_000 },
}
const full = {
  concurrency: { max: 3, running: 3 },
  rate: { max: 10, perMs: 1_000, freeAt: now + 400 },
  queueFreeAt: null,
}

describe('of a job that does not run it is said', () => {
  test.each<[string, Partial<JobRecord>, Partial<ExplainFacts>, string[], object]>([
    [
      'that it runs',
      { status: 'processing', worker: 'i/0', startedAt: now },
      {},
      ['runs'],
      { worker: 'i/0' },
    ],
    ['that it has ended', { status: 'completed', completedAt: now }, {}, ['ended'], { since: now }],
    [
      'how it failed',
      { status: 'dead_letter', completedAt: now, error: '{"code":"TIMEOUT","message":"m"}' },
      {},
      ['ended'],
      { error: 'TIMEOUT' },
    ],
    ['that the queue is paused', {}, { pauses: { queue: true, types: [] } }, ['queue_paused'], {}],
    [
      'that its type is paused',
      {},
      { pauses: { queue: true, types: ['mail'] } },
      ['queue_paused', 'type_paused'],
      {},
    ],
    ['that its time has not come', { readyAt: now + 5 }, {}, ['delayed'], { until: now + 5 }],
    [
      'not that it is for later where the time of the store lags behind',
      { readyAt: now + 5, createdAt: now + 5 },
      { pauses: { queue: true, types: [] } },
      ['queue_paused'],
      {},
    ],
    [
      'that it waits to be tried again',
      { status: 'retrying', failures: 1, readyAt: now + 5 },
      {},
      ['retry_delayed'],
      { until: now + 5, failures: 1 },
    ],
    [
      'which job of its schedule it waits for',
      { status: 'blocked', blockedBy: 'b' },
      {},
      ['blocked_by_schedule'],
      { dependencies: [{ id: 'b' }] },
    ],
    [
      'which jobs it waits for, and that it was for later too',
      { status: 'blocked', waitsFor: ['b'], readyAt: now + 5 },
      { dependencies: [{ id: 'b', status: 'processing' }] },
      ['delayed', 'blocked_by_dependencies'],
      { until: now + 5 },
    ],
    [
      'that its key is full',
      { terms: keyed },
      { keys: full },
      ['concurrency_key_full', 'rate_limited'],
      { key: 'tenant-7', max: 3, running: 3 },
    ],
    [
      'that its rate is used up',
      { terms: keyed },
      { keys: { ...full, concurrency: { max: 3, running: 2 } } },
      ['rate_limited'],
      { key: 'api', max: 10, perMs: 1_000, until: now + 400 },
    ],
    [
      'that the limit of the queue is reached, of which internal jobs take nothing',
      {},
      {
        limits: { concurrency: 2, rate: null },
        counts: {
          ...counts,
          processing: 3,
          byType: { 'riptide.webhook': { ...noCounts(), processing: 1 } },
        },
      },
      ['queue_limit_full'],
      { max: 2, running: 2 },
    ],
    [
      'that the rate of the queue is used up',
      {},
      {
        limits: { concurrency: null, rate: { max: 5, perMs: 1_000 } },
        keys: { ...full, queueFreeAt: now + 300 },
      },
      ['queue_rate_limited'],
      { max: 5, perMs: 1_000, until: now + 300 },
    ],
    [
      'nothing of slots of which it has its own',
      {},
      { hasOwnSlots: true, instances: [{ ...worker, busy: worker.slots }] },
      ['next'],
      {},
    ],
    ['that there is no worker', {}, { instances: [{ ...worker, healthy: false }] }, ['no_worker'], {}],
    [
      'that nobody knows its type, and which are known',
      { type: 'fax' },
      {},
      ['unknown_type'],
      { knownTypes: ['mail'] },
    ],
    [
      'that all slots are busy',
      {},
      { instances: [{ ...worker, busy: 4 }] },
      ['slots_busy'],
      { slots: 4, busy: 4, ahead: 0 },
    ],
    ['that nothing holds it up', {}, {}, ['next'], { ahead: 0 }],
    ['how many are ready beside it', {}, { counts: { ...counts, pending: 9 } }, ['next'], { ready: 9 }],
  ])('%s', (_, own, facts, reasons, said) => {
    const explanation = of(own, facts)
    expect(explanation).toMatchObject({ jobId: 'a', reason: reasons[0], reasons, facts: said })
    expect(explanation.message.length).toBeGreaterThan(10)
  })

  test('in a sentence that names the key', () => {
    expect(of({ terms: keyed }, { keys: full }).message).toBe(
      'waits for a run of the key "tenant-7", of which 3 of 3 run now',
    )
  })

  test('nothing of a pause or a limit of the queue when it is one of the library itself', () => {
    const pauses = { queue: true, types: [] }
    const limits = { concurrency: 0, rate: null }
    expect(of({ type: 'riptide.notice' }, { pauses, limits }).reasons).toEqual(['next'])
  })
})
