import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { WorkerService, defineJob } from '../../src/index.js'
import { job, newService, quiet } from './stage.js'

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = { a: value }
  return value
}

const known = { type: 'known', payload: null }

describe('what is submitted', () => {
  test.each([
    ['nothing', undefined, {}, 'ARGUMENT_INVALID', '/'],
    ['null', null, {}, 'ARGUMENT_INVALID', '/'],
    ['an array', [], {}, 'ARGUMENT_INVALID', '/'],
    ['no type', {}, {}, 'REQUIRED', '/type'],
    ['an empty type', { type: ' ' }, {}, 'REQUIRED', '/type'],
    ['a type that is a number', { type: 0 }, {}, 'TYPE_MISMATCH', '/type'],
    ['an unknown type', { type: 'nope', payload: 1 }, {}, 'JOB_TYPE_UNKNOWN', '/type'],
    ['a type from the prototype', { type: 'constructor', payload: 1 }, {}, 'JOB_TYPE_UNKNOWN', '/type'],
    ['a type with a colon', { type: 'a:b', payload: 1 }, {}, 'ID_INVALID', '/type'],
    ['a field too many', { type: 'known', payload: 1, url: 'x' }, {}, 'FIELD_UNKNOWN', '/url'],
    ['options that are an array', known, [], 'ARGUMENT_INVALID', '/'],
    ['options that are a callback', known, () => 1, 'ARGUMENT_INVALID', '/'],
    ['a misspelt option', known, { prioriti: 'high' }, 'FIELD_UNKNOWN', '/prioriti'],
    ['a priority that is none', known, { priority: 'high!' }, 'PRIORITY_INVALID', '/priority'],
    ['a priority that is a number', known, { priority: 3 }, 'PRIORITY_INVALID', '/priority'],
    ['a timeout of 0', known, { timeoutMs: 0 }, 'RANGE', '/timeoutMs'],
    ['a timeout that overflows', known, { timeoutMs: 2 ** 31 }, 'RANGE', '/timeoutMs'],
    ['a timeout with a unit', known, { timeoutMs: '1m' }, 'RANGE', '/timeoutMs'],
    ['two times', known, { delayMs: 1, runAt: new Date(2e12) }, 'FIELDS_CONFLICT', '/delayMs'],
    ['a delay that is negative', known, { delayMs: -1 }, 'RANGE', '/delayMs'],
    ['a delay that is NaN', known, { delayMs: Number.NaN }, 'RANGE', '/delayMs'],
    ['a date that does not exist', known, { runAt: '2026-02-30T00:00:00Z' }, 'DATE_INVALID', '/runAt'],
    ['seconds for ms', known, { runAt: 1_700_000_000 }, 'DATE_RANGE', '/runAt'],
    ['an id with a colon', known, { id: 'a:b' }, 'ID_INVALID', '/id'],
    ['an id with a hash tag', known, { id: '{x}' }, 'ID_INVALID', '/id'],
    ['an id that is a number', known, { id: 0 }, 'ID_INVALID', '/id'],
    ['an id of 201 characters', known, { id: 'x'.repeat(201) }, 'ID_INVALID', '/id'],
    ['an id with a line break', known, { id: 'a\r\nSET x 1' }, 'ID_INVALID', '/id'],
    ['a dedupe key with NUL', known, { dedupeKey: 'a\u0000' }, 'STRING_CONTROL_CHAR', '/dedupeKey'],
    ['metadata that is a list', known, { metadata: [] }, 'TYPE_MISMATCH', '/metadata'],
    [
      'metadata with a forbidden key',
      known,
      { metadata: JSON.parse('{"a":{"__proto__":1}}') },
      'FORBIDDEN_KEY',
      '/metadata/a/__proto__',
    ],
    ['a payload that is too deep', { type: 'known', payload: nested(65) }, {}, 'JSON_TOO_DEEP', undefined],
    [
      'a payload that is too large',
      { type: 'known', payload: 'x'.repeat(5_000) },
      {},
      'PAYLOAD_TOO_LARGE',
      '/payload',
    ],
    [
      'a payload with a function',
      { type: 'known', payload: { then: () => 1 } },
      {},
      'PAYLOAD_NOT_SERIALIZABLE',
      '/payload/then',
    ],
    ['a custom job without a name', { type: 'custom', payload: 1 }, {}, 'NAME_INVALID', '/jobName'],
    ['a crawl without a url', { type: 'single_crawl' }, {}, 'REQUIRED', '/url'],
    ['a crawl of a file', { type: 'single_crawl', url: 'file:///etc/passwd' }, {}, 'URL_SCHEME', '/url'],
    [
      'a crawl of this machine',
      { type: 'single_crawl', url: 'http://2130706433/' },
      {},
      'URL_BLOCKED',
      '/url',
    ],
    ['an empty batch', { type: 'batch_crawl', urls: [] }, {}, 'URLS_INVALID', '/urls'],
    [
      'a batch that is too large',
      { type: 'batch_crawl', urls: Array(51).fill('https://example.com') },
      {},
      'RANGE',
      '/urls',
    ],
    [
      'a spider of this machine',
      { type: 'spider_crawl', url: 'http://127.0.0.1/' },
      {},
      'URL_BLOCKED',
      '/url',
    ],
    [
      'a crawl that asks for private networks',
      { type: 'single_crawl', url: 'https://example.com', options: { allowPrivateNetwork: true } },
      {},
      'FIELD_UNKNOWN',
      '/options/allowPrivateNetwork',
    ],
    ['an unknown task', { type: 'maintenance', taskType: 'rm' }, {}, undefined, '/taskType'],
  ])('%s is refused, and nothing is stored', async (_, spec, options, code, path) => {
    const service = newService({ jobs: [job('known', () => 1)], maxPayloadBytes: 4_000 })
    const error = await service.submitJob(spec as never, options as never).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      ...(code === undefined ? {} : { code }),
      ...(path === undefined ? {} : { path }),
    })
    expect((await service.getQueueStats()).total).toBe(0)
    await expect(service.submitJob(known)).resolves.toMatchObject({ created: true })
  })

  test.each([
    [
      'a getter that throws',
      {
        type: 'known',
        get payload(): unknown {
          throw new Error('no')
        },
      },
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get() {
            throw new Error('no')
          },
        },
      ),
    ],
  ])('%s is an error of ours', async (_, spec) => {
    await expect(newService().submitJob(spec as never)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })

  test('with no arguments at all is an error, not a crash', async () => {
    const service = newService()
    await expect((service.submitJob as () => Promise<unknown>)()).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    })
  })

  test('of a type that nobody has told of anything is accepted by a process that only submits', async () => {
    const service = newService()
    await expect(service.submitJob({ type: 'anything', payload: 1 })).resolves.toMatchObject({
      created: true,
      status: 'pending',
    })
    expect((await service.getQueueStats()).unknownTypes).toEqual(['anything'])
  })

  test.each(['0', '1', 'null', 'undefined', 'NaN', 'true', '-1', '1e3', '__proto__', 'constructor'])(
    'may have the id %s',
    async (id) => {
      const service = newService()
      await service.submitJob(known, { id })
      expect(await service.getJob(id)).toMatchObject({ id, type: 'known' })
      expect((await service.listJobs({ search: id })).jobs.map((one) => one.id)).toContain(id)
    },
  )

  test('is what the handler gets: changing it afterwards changes nothing', async () => {
    const payload = { list: [1, 2, 3] }
    const service = newService({ jobs: [job('known', (got) => got)] })
    const submitting = service.submitJob({ type: 'known', payload })
    payload.list.push(4)
    await service.start()
    const { id } = await submitting
    expect((await service.waitForJob(id)).data).toEqual({ list: [1, 2, 3] })
  })
})

describe('submitting twice', () => {
  test('the same id with the same content is answered with the job that stands', async () => {
    const service = newService()
    const first = await service.submitJob(known, { id: 'order-1' })
    const again = await service.submitJob(known, { id: 'order-1' })
    expect([first.created, again.created, again.id]).toEqual([true, false, 'order-1'])
  })

  test('the same id with other content is a conflict', async () => {
    const service = newService()
    await service.submitJob(known, { id: 'order-1' })
    await expect(service.submitJob({ type: 'known', payload: 2 }, { id: 'order-1' })).rejects.toMatchObject({
      code: 'JOB_ID_CONFLICT',
    })
  })

  test('a hundred at once with one dedupe key make one job, and all get its id', async () => {
    const service = newService()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => service.submitJob(known, { dedupeKey: 'one' })),
    )
    expect(answers.filter((answer) => answer.created)).toHaveLength(1)
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1)
  })

  test('a hundred cancels at once have one effect', async () => {
    const service = newService()
    const { id } = await service.submitJob(known)
    const answers = await Promise.allSettled(Array.from({ length: 100 }, () => service.cancelJob(id)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
  })
})

describe('many at once', () => {
  test('are answered in their order', async () => {
    const service = newService()
    const answers = await service.submitJobs([
      known,
      { job: known, options: { id: 'mine', priority: 'low' } },
      known,
    ])
    expect(answers.map((answer) => answer.created)).toEqual([true, true, true])
    expect(answers[1]?.id).toBe('mine')
    expect((await service.getJob('mine'))?.priority).toBe('low')
  })

  test('with one that is wrong store none, and say which', async () => {
    const service = newService()
    await expect(service.submitJobs([known, { type: '' } as never, known])).rejects.toMatchObject({
      code: 'REQUIRED',
      path: '/1/type',
    })
    expect((await service.getQueueStats()).total).toBe(0)
  })

  test('with one that is refused late and one that is refused at once say one of them, and leave nothing unhandled', async () => {
    const strict = defineJob({ name: 'strict', input: z.object({ n: z.number() }), handler: () => 1 })
    const service = newService({ jobs: [strict] })
    const entries = [{ type: 'strict', payload: {} }, { type: '' }]
    await expect(service.submitJobs(entries as never)).rejects.toMatchObject({
      code: 'REQUIRED',
      path: '/1/type',
    })
    await expect(service.submitJobs(entries.slice(0, 1) as never)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      path: '/0/payload/n',
    })
  })

  test('with one that conflicts store the others, and that one carries its error', async () => {
    const service = newService()
    await service.submitJob({ type: 'known', payload: 'other' }, { id: 'taken' })
    const answers = await service.submitJobs([known, { job: known, options: { id: 'taken' } }, known])
    expect(answers.map((answer) => answer.created)).toEqual([true, false, true])
    expect(answers[1]).toMatchObject({ error: { code: 'JOB_ID_CONFLICT' } })
  })
})

test('a service that was never started leaves the process nothing to wait for once it is stopped', async () => {
  const service = new WorkerService({ logger: quiet })
  await service.submitJob(known)
  await service.stop()
  await expect(service.getQueueStats()).rejects.toMatchObject({ code: 'STATE_INVALID' })
})
