import { describe, expect, test } from 'vitest'
import { readTerms } from '../../src/service/terms.js'
import { job, newService } from './stage.js'

const known = { type: 'known', payload: null }

describe('a submission', () => {
  test.each([
    ['dependencies that are no list', known, { dependsOn: 'x' }, 'TYPE_MISMATCH', '/dependsOn'],
    ['a dependency that is null', known, { dependsOn: ['x', null] }, 'TYPE_MISMATCH', '/dependsOn/1'],
    ['a dependency with a colon', known, { dependsOn: ['a:b'] }, 'ID_INVALID', '/dependsOn/0'],
    ['a dependency without an id', known, { dependsOn: [{}] }, 'ID_INVALID', '/dependsOn/0/id'],
    [
      'a dependency with a rule that is none',
      known,
      { dependsOn: [{ id: 'x', onFailure: 'explode' }] },
      'TYPE_MISMATCH',
      '/dependsOn/0/onFailure',
    ],
    [
      'a dependency with two rules',
      known,
      { dependsOn: ['x', { id: 'x', onFailure: 'ignore' }] },
      'FIELDS_CONFLICT',
      '/dependsOn/1',
    ],
    [
      'a job that depends on itself',
      known,
      { id: 'a', dependsOn: ['b', 'a'] },
      'DEPENDENCY_CYCLE',
      '/dependsOn/1',
    ],
    [
      'more dependencies than there may be',
      known,
      { dependsOn: Array.from({ length: 1_001 }, (_, i) => `job-${i}`) },
      'RANGE',
      '/dependsOn',
    ],
    ['a concurrency key that is empty', known, { concurrencyKey: '' }, 'REQUIRED', '/concurrencyKey'],
    ['a concurrency key that is a number', known, { concurrencyKey: 7 }, 'TYPE_MISMATCH', '/concurrencyKey'],
    ['a concurrency of 0', known, { concurrencyKey: { key: 'x', max: 0 } }, 'RANGE', '/concurrencyKey/max'],
    ['a rate without a key', known, { rateLimit: { max: 1, perMs: 1 } }, 'REQUIRED', '/rateLimit/key'],
    [
      'a rate of 10,001',
      known,
      { rateLimit: { key: 'x', max: 10_001, perMs: 1 } },
      'RANGE',
      '/rateLimit/max',
    ],
    ['a rate that is a number', known, { rateLimit: 5 }, 'TYPE_MISMATCH', '/rateLimit'],
    [
      'a misspelt rate',
      known,
      { rateLimit: { key: 'x', max: 1, perMS: 1 } },
      'FIELD_UNKNOWN',
      '/rateLimit/perMS',
    ],
    [
      'a dedupe mode that is none',
      known,
      { dedupeKey: { key: 'x', mode: 'y' } },
      'TYPE_MISMATCH',
      '/dedupeKey/mode',
    ],
    ['a dedupe key without a key', known, { dedupeKey: {} }, 'REQUIRED', '/dedupeKey/key'],
    [
      'a throttle without a window',
      known,
      { dedupeKey: { key: 'x', mode: 'throttle' } },
      'REQUIRED',
      '/dedupeKey/windowMs',
    ],
    [
      'a window with replace',
      known,
      { dedupeKey: { key: 'x', mode: 'replace', windowMs: 5 } },
      'FIELDS_CONFLICT',
      '/dedupeKey/windowMs',
    ],
    [
      'a delay with debounce',
      known,
      { delayMs: 5, dedupeKey: { key: 'x', mode: 'debounce', windowMs: 5 } },
      'FIELDS_CONFLICT',
      '/delayMs',
    ],
    ['a webhook that is a number', known, { webhook: 7 }, 'TYPE_MISMATCH', '/webhook'],
    ['a type of our own', { type: 'riptide.webhook', payload: {} }, {}, 'JOB_TYPE_UNKNOWN', '/type'],
    [
      'a type of our own by name',
      { type: 'custom', jobName: 'riptide.notice', payload: {} },
      {},
      'JOB_TYPE_UNKNOWN',
      '/jobName',
    ],
    ['a template without a name', { type: 'template' }, {}, 'NAME_INVALID', '/template'],
    ['a version that is none', { type: 'template', template: 'x', version: 0 }, {}, 'RANGE', '/version'],
    [
      'parameters that are a list',
      { type: 'template', template: 'x', parameters: [] },
      {},
      'TYPE_MISMATCH',
      '/parameters',
    ],
    [
      'a template with a payload',
      { type: 'template', template: 'x', payload: 1 },
      {},
      'FIELD_UNKNOWN',
      '/payload',
    ],
  ])('with %s is refused, and nothing is stored', async (_, spec, options, code, path) => {
    const service = newService({ jobs: [job('known', () => 1)] })
    await expect(service.submitJob(spec as never, options as never)).rejects.toMatchObject({ code, path })
    expect((await service.listJobs()).total).toBe(0)
  })
})

describe('the terms of a submission', () => {
  const webhook = { url: 'https://a.example/', events: ['job.completed'], secret: 'whsec_x' }
  const read = (given: object) => readTerms({ ...given }, 'own', () => webhook)

  test('that says nothing of others are none', () => {
    expect(read({ priority: 'high' })).toEqual({
      terms: undefined,
      dedupeKey: null,
      dependsOn: undefined,
      webhook: undefined,
    })
  })

  test('are none for a plain dedupe key, however it is written, and for an empty list', () => {
    for (const dedupeKey of ['k', { key: 'k' }, { key: 'k', mode: 'keep' }])
      expect(read({ dedupeKey, dependsOn: [] })).toMatchObject({ terms: undefined, dedupeKey: 'k' })
  })

  test('name each dependency once, in the order given', () => {
    const { terms, dependsOn } = read({ dependsOn: ['b', { id: 'a', onFailure: 'cancel' }, 'b'] })
    expect(terms?.dependsOn).toEqual([
      { id: 'b', onFailure: 'fail' },
      { id: 'a', onFailure: 'cancel' },
    ])
    expect(dependsOn).toEqual(['b', 'a'])
  })

  test('have what was left out', () => {
    const given = {
      concurrencyKey: 'c',
      rateLimit: { key: 'r', max: 5, perMs: 1_000 },
      dedupeKey: { key: 'd', mode: 'throttle', windowMs: 60_000 },
      webhook: 'https://a.example/',
    }
    expect(read(given)).toEqual({
      terms: {
        dependsOn: [],
        concurrency: { key: 'c', max: 1 },
        rate: { key: 'r', max: 5, perMs: 1_000 },
        dedupe: { mode: 'throttle', windowMs: 60_000 },
        notices: ['completed'],
        scheduleId: null,
      },
      dedupeKey: 'd',
      dependsOn: undefined,
      webhook,
    })
  })

  test('keep a key as it was given, whatever is in it', () => {
    const key = 'a:b {x} * é \u200b'
    expect(read({ concurrencyKey: key }).terms?.concurrency).toEqual({ key, max: 1 })
  })
})
