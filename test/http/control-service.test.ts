import { describe, expect, test } from 'vitest'
import { AskedService, type Fields, custom } from './asked-service.js'

const { ask, service } = new AskedService()

describe('jobs', () => {
  test('depend on others, say what they wait for, and why they do not run', async () => {
    const parent = { job_type: custom('echo'), job_id: 'parent', delay_ms: 60_000 }
    await ask('POST', '/jobs', parent)
    const child = {
      job_type: custom('echo'),
      job_id: 'child',
      depends_on: [{ job_id: 'parent', on_failure: 'cancel' }],
    }
    expect(await ask('POST', '/jobs', child)).toMatchObject({ job_id: 'child', created: true })
    expect(await ask('POST', '/jobs', child)).toMatchObject({ job_id: 'child', created: false })
    expect(await ask('GET', '/jobs/child')).toMatchObject({
      status: 'Blocked',
      depends_on: [{ job_id: 'parent', on_failure: 'cancel' }],
      waits_for: ['parent'],
    })
    expect(await ask('GET', '/jobs/child/explain')).toMatchObject({
      status: 'Blocked',
      reason: 'blocked_by_dependencies',
      facts: { dependencies: [{ job_id: 'parent', status: 'Pending' }] },
    })
    expect(await ask('GET', '/jobs/parent/explain')).toMatchObject({
      reason: 'delayed',
      facts: { until: expect.stringMatching(/Z$/) as string },
    })
    await ask('DELETE', '/jobs/parent')
    expect(await service.waitForJob('child')).toMatchObject({ success: false })
    expect(await ask('GET', '/jobs/child')).toMatchObject({ status: 'Cancelled' })
  })

  test('of other content under the same id are 409', async () => {
    await ask('POST', '/jobs', { job_type: custom('echo', 1), job_id: 'mine' })
    expect(await ask('POST', '/jobs', { job_type: custom('echo', 2), job_id: 'mine' })).toMatchObject({
      status: 409,
      error: 'JOB_ID_CONFLICT',
      path: '/job_id',
    })
  })

  test('replace what waits under the same dedupe key', async () => {
    const submission = (payload: number): Fields => ({
      job_type: custom('echo', payload),
      dedupe_key: { key: 'thing', mode: 'replace' },
      delay_ms: 60_000,
    })
    const first = await ask('POST', '/jobs', submission(1))
    const second = await ask('POST', '/jobs', submission(2))
    expect(second).toMatchObject({ job_id: first['job_id'], created: false, replaced: true })
    expect(await ask('GET', `/jobs/${String(first['job_id'])}`)).toMatchObject({ dedupe_key: 'thing' })
  })

  test('change their priority while they wait', async () => {
    await ask('POST', '/jobs', { job_type: custom('echo'), job_id: 'later', delay_ms: 60_000 })
    expect(await ask('POST', '/jobs/later/priority', { priority: 'critical' })).toMatchObject({
      job_id: 'later',
    })
    expect(await ask('GET', '/jobs?search=later')).toMatchObject({ jobs: [{ priority: 'Critical' }] })
    await ask('DELETE', '/jobs/later')
    expect(await ask('POST', '/jobs/later/priority', { priority: 'low' })).toMatchObject({
      status: 409,
      error: 'STATE_CONFLICT',
      state: 'Cancelled',
    })
  })

  test('are removed when they have ended, and not before', async () => {
    await ask('POST', '/jobs', { job_type: custom('echo'), job_id: 'gone', delay_ms: 60_000 })
    expect(await ask('DELETE', '/jobs/gone?discard=true')).toMatchObject({ status: 409, state: 'Pending' })
    await ask('DELETE', '/jobs/gone')
    expect(await ask('DELETE', '/jobs/gone?discard=true')).toEqual({ status: 204 })
    expect(await ask('GET', '/jobs/gone')).toMatchObject({ status: 404 })
    expect(await ask('DELETE', '/jobs/gone?discard=true')).toMatchObject({ error: 'JOB_NOT_FOUND' })
  })

  test('that failed are listed, counted, tried again and removed together', async () => {
    const jobs = ['dead-1', 'dead-2'].map((job_id) => ({ job_type: custom('fails'), job_id }))
    await ask('POST', '/jobs/batch', { jobs })
    for (const { job_id } of jobs) await service.waitForJob(job_id)
    expect(await ask('GET', '/dead-letters?job_type=fails')).toMatchObject({ total: 2 })
    const filter = { job_type: 'fails', error: 'JOB_FAILED' }
    expect(await ask('POST', '/dead-letters/retry', { ...filter, dry_run: true })).toEqual({
      matched: 2,
      done: 0,
      skipped: 0,
      sample: ['dead-2', 'dead-1'],
    })
    expect(await ask('POST', '/dead-letters/retry', filter)).toMatchObject({ matched: 2, done: 2 })
    for (const { job_id } of jobs) await service.waitForJob(job_id)
    expect(await ask('POST', '/dead-letters/discard', { ...filter, older_than_ms: 1e9 })).toMatchObject({
      matched: 0,
    })
    expect(await ask('POST', '/dead-letters/discard', filter)).toMatchObject({ done: 2 })
    expect(await ask('GET', '/dead-letters?job_type=fails')).toMatchObject({ total: 0 })
    expect(await ask('POST', '/dead-letters/retry', { older_than_ms: -1 })).toMatchObject({
      error: 'RANGE',
      path: '/older_than_ms',
    })
  })

  test('of a flow in a circle are refused by their names', async () => {
    const jobs = {
      a: { job_type: custom('echo'), depends_on: ['b'] },
      b: { job_type: custom('echo'), depends_on: ['a'] },
    }
    expect(await ask('POST', '/flows', { jobs })).toMatchObject({
      status: 422,
      error: 'DEPENDENCY_CYCLE',
      cycle: expect.arrayContaining(['a', 'b']) as string[],
    })
    const unknown = { a: { job_type: custom('echo'), depends_on: ['nope'] } }
    expect(await ask('POST', '/flows', { jobs: unknown })).toMatchObject({
      error: 'DEPENDENCY_NOT_FOUND',
      path: '/jobs/a/depends_on/0',
    })
    const wrong = { a: { job_type: { type: 'single_crawl', url: 'ftp://a.example/' } } }
    expect(await ask('POST', '/flows', { jobs: wrong })).toMatchObject({
      error: 'URL_SCHEME',
      path: '/jobs/a/job_type/url',
    })
    const limited = { a: { job_type: custom('echo'), rate_limit: { key: 'a', max: 0, per_ms: 1 } } }
    expect(await ask('POST', '/flows', { jobs: limited })).toMatchObject({
      error: 'RANGE',
      path: '/jobs/a/rate_limit/max',
    })
    expect(await ask('POST', '/flows', { jobs: {} })).toMatchObject({ error: 'RANGE', path: '/jobs' })
    expect(
      await ask('POST', '/flows', { flow_id: 'a:b', jobs: { a: { job_type: custom('echo') } } }),
    ).toMatchObject({
      error: 'ID_INVALID',
      path: '/flow_id',
    })
  })
})

describe('the queue', () => {
  test('stops and goes on', async () => {
    expect(await ask('POST', '/queue/pause')).toEqual({ paused: true, paused_types: [] })
    expect(await ask('POST', '/queue/pause', { job_type: 'echo' })).toEqual({
      paused: true,
      paused_types: ['echo'],
    })
    await ask('POST', '/jobs', { job_type: custom('echo'), job_id: 'held' })
    expect(await ask('GET', '/jobs/held/explain')).toMatchObject({
      reason: 'queue_paused',
      reasons: ['queue_paused', 'type_paused'],
    })
    expect(await ask('POST', '/queue/drain', { timeout_ms: 5_000 })).toMatchObject({ paused: true })
    expect(await ask('POST', '/queue/resume')).toEqual({ paused: false, paused_types: ['echo'] })
    expect(await ask('POST', '/queue/resume', { job_type: 'echo' })).toEqual({
      paused: false,
      paused_types: [],
    })
    await service.waitForJob('held')
    expect(await ask('GET', '/stats/queue')).toMatchObject({ paused: false, classes: { Normal: {} } })
    expect(await ask('GET', '/scale')).toMatchObject({ current_workers: 4 })
    expect(await ask('POST', '/queue/pause', { job_type: 'a b' })).toMatchObject({ path: '/job_type' })
  })
})
