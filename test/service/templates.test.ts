import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type WorkerService, defineJob, memoryQueue } from '../../src/index.js'
import { started, stop } from './fake-stage.js'
import { job, newService } from './stage.js'

const mail = defineJob({
  name: 'mail',
  input: z.object({ to: z.string(), times: z.number() }),
  handler: (payload) => payload,
})

async function withTemplate(): Promise<WorkerService> {
  const service = newService({ jobs: [mail, job('x', (payload) => payload)] })
  await service.putTemplate({
    name: 'welcome',
    job: { type: 'mail', payload: { to: '{{name}}@example.com', times: '{{times}}' } },
    options: { priority: 'low', delayMs: 60_000, metadata: { for: '{{name}}' } },
    parameters: { name: { type: 'string' }, times: { type: 'integer', default: 1 } },
  })
  return service
}

const spec = (parameters: Record<string, unknown> = { name: 'ada' }, version?: number | 'latest') =>
  ({
    type: 'template',
    template: 'welcome',
    parameters,
    ...(version === undefined ? {} : { version }),
  }) as const

describe('a job by template', () => {
  test('is the job that the template makes, and says which template that was', async () => {
    const service = await withTemplate()
    const { id } = await service.submitJob(spec())
    expect(await service.getJob(id)).toMatchObject({
      type: 'mail',
      payload: { to: 'ada@example.com', times: 1 },
      priority: 'low',
      metadata: { for: 'ada' },
      template: { name: 'welcome', version: 1 },
    })
    expect(await service.getQueueStats()).toMatchObject({ delayed: 1 })
  })

  test('has what the submission says before what the template says', async () => {
    const service = await withTemplate()
    const options = { priority: 'high', runAt: 1_700_000_000_000, metadata: undefined } as const
    const { id } = await service.submitJob(spec({ name: 'bo', times: 2 }), options)
    expect(await service.getJob(id)).toMatchObject({
      priority: 'high',
      payload: { times: 2 },
      metadata: { for: 'bo' },
    })
    expect(await service.getQueueStats()).toMatchObject({ pending: 1, delayed: 0 })
  })

  test('is not changed by what becomes of its parameters after the call', async () => {
    const service = await withTemplate()
    const parameters = { name: 'ada' }
    const submitting = service.submitJob(spec(parameters))
    parameters.name = 'eve'
    expect(await service.getJob((await submitting).id)).toMatchObject({ payload: { to: 'ada@example.com' } })
  })

  test('stands beside others in a submission of many, and in a flow', async () => {
    const service = await withTemplate()
    const answers = await service.submitJobs([
      { type: 'x', payload: 1 },
      { job: spec(), options: { id: 't' } },
    ])
    expect(answers.map(({ created }) => created)).toEqual([true, true])
    const { jobs } = await service.submitFlow({
      jobs: { a: { job: spec() }, b: { job: { type: 'x', payload: 1 }, dependsOn: ['a'] } },
    })
    expect(await service.getJob(jobs['a']?.id ?? '')).toMatchObject({ type: 'mail' })
    expect(jobs['b']?.status).toBe('blocked')
  })

  test('of many is refused with which one it is, and nothing is stored', async () => {
    const service = await withTemplate()
    const entries = [{ type: 'x', payload: 1 }, spec({}), spec({ name: 'ada' })]
    await expect(service.submitJobs(entries)).rejects.toMatchObject({
      code: 'TEMPLATE_PARAMETER_MISSING',
      path: expect.stringMatching(/^\/1\//) as string,
    })
    await expect(service.submitFlow({ jobs: { a: { job: spec({ name: 5 }) } } })).rejects.toMatchObject({
      code: 'TEMPLATE_PARAMETER_INVALID',
      path: '/jobs/a/job/parameters/name',
    })
    expect((await service.listJobs()).total).toBe(0)
  })

  test('is checked as any other: its schema sees what the template makes', async () => {
    const service = await withTemplate()
    await service.putTemplate({ name: 'broken', job: { type: 'mail', payload: { to: 5 } } })
    const submitting = service.submitJob({ type: 'template', template: 'broken' })
    await expect(submitting).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(service.submitJob({ type: 'template', template: 'nope' })).rejects.toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
    })
  })

  test('sent again with its id is the same job, whatever has become of the template', async () => {
    const service = await withTemplate()
    const options = { id: 'mine', metadata: { b: 1, a: 2 } }
    await service.submitJob(spec(), options)
    await service.putTemplate({ name: 'welcome', job: { type: 'x', payload: 'another' } })
    const again = { id: 'mine', metadata: { a: 2, b: 1 } }
    expect(await service.submitJob(spec(), again)).toMatchObject({ id: 'mine', created: false })
    await service.removeTemplate('welcome')
    expect(await service.submitJob(spec(), options)).toMatchObject({ id: 'mine', created: false })
    const [answer] = await service.submitJobs([{ job: spec(), options }])
    expect(answer).toMatchObject({ id: 'mine', created: false })
    for (const other of [spec({ name: 'bo' }), spec({ name: 'ada' }, 1)])
      await expect(service.submitJob(other, options)).rejects.toMatchObject({ code: 'JOB_ID_CONFLICT' })
    await expect(service.submitJob(spec(), { id: 'mine' })).rejects.toMatchObject({ code: 'JOB_ID_CONFLICT' })
    expect((await service.listJobs()).total).toBe(1)
  })

  test('that is wrong is wrong at its parameters, but for what the submission says itself', async () => {
    const service = await withTemplate()
    await service.putTemplate({
      name: 'crawl',
      job: { type: 'single_crawl', url: 'http://{{host}}/' },
      options: { concurrencyKey: '{{key}}' },
      parameters: { host: { type: 'string' }, key: { type: 'string', default: 'k' } },
    })
    const crawl = (parameters: object) => ({ type: 'template', template: 'crawl', parameters }) as never
    await expect(service.submitJob(crawl({ host: '10.0.0.1' }))).rejects.toMatchObject({
      code: 'URL_BLOCKED',
      path: '/parameters',
      message: expect.stringMatching(
        /^\/url .*; so it is in the job that the template "crawl" makes$/,
      ) as string,
    })
    await expect(service.submitJob(crawl({ host: 'a.example', key: '' }))).rejects.toMatchObject({
      path: '/parameters',
    })
    await expect(
      service.submitJob(crawl({ host: 'a.example' }), { concurrencyKey: '' }),
    ).rejects.toMatchObject({ path: '/concurrencyKey' })
    await expect(service.submitJobs([crawl({ host: '10.0.0.1' })])).rejects.toMatchObject({
      path: '/0/parameters',
    })
    await expect(service.submitJob(spec({ name: 'ada', times: 1.5 }))).rejects.toMatchObject({
      path: '/parameters/times',
    })
  })

  test('of one call may have so many bytes together as four of the largest payloads', async () => {
    const service = newService({ maxPayloadBytes: 10_000, jobs: [job('x', () => 1)] })
    const places = Array.from({ length: 50 }, () => '{{v}}')
    await service.putTemplate({
      name: 'bomb',
      job: { type: 'x', payload: places },
      parameters: { v: { type: 'string' } },
    })
    const bomb = (count: number) =>
      Array.from({ length: count }, () => ({
        type: 'template' as const,
        template: 'bomb',
        parameters: { v: 'y'.repeat(150) },
      }))
    expect(await service.submitJobs(bomb(4))).toHaveLength(4)
    await expect(service.submitJobs(bomb(5))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      facts: { limit: 40_000 },
    })
    const jobs = Object.fromEntries(bomb(5).map((one, i) => [`j${i}`, { job: one }]))
    await expect(service.submitFlow({ jobs })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    expect((await service.listJobs()).total).toBe(4)
  })

  test('is read from the store once for all of one call', async () => {
    const store = memoryQueue()
    let looks = 0
    const queue = new Proxy(store, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        if (key === 'settings') looks++
        return value.bind(target) as unknown
      },
    })
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    await service.putTemplate({ name: 't', job: { type: 'x', payload: 1 } })
    looks = 0
    await service.submitJobs(Array.from({ length: 20 }, () => ({ type: 'template' as const, template: 't' })))
    expect(looks).toBe(1)
  })

  test('is refused where nothing can be waited for', async () => {
    const service = await withTemplate()
    const connection = { prepare: () => ({ run: () => 1 }) }
    expect(() => service.submitIn(connection, spec())).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }),
    )
  })
})

describe('a schedule by template', () => {
  const put = (service: WorkerService, greeting: string) =>
    service.putTemplate({
      name: 'greet',
      job: { type: 'x', payload: `${greeting} {{name}}` },
      parameters: { name: { type: 'string' } },
    })
  const schedule = (version?: 'latest') => ({
    name: 's',
    everyMs: 60_000,
    job: {
      type: 'template',
      template: 'greet',
      parameters: { name: 'ada' },
      ...(version === undefined ? {} : { version }),
    } as const,
  })

  test('keeps the version that it was made with', async () => {
    const seen: unknown[] = []
    const stage = await started([job('x', (payload) => void seen.push(payload))])
    const { service, clock } = stage
    await put(service, 'hello')
    expect(await service.addScheduledJob(schedule())).toMatchObject({
      job: { type: 'x', payload: 'hello ada' },
      template: { name: 'greet', version: 1 },
    })
    await put(service, 'goodbye')
    await clock.advance(61_000)
    expect(seen).toEqual(['hello ada'])
    await service.removeTemplate('greet')
    await clock.advance(61_000)
    expect(seen).toEqual(['hello ada', 'hello ada'])
    await stop(stage)
  })

  test('declared again keeps its version, also when the template is gone; declared otherwise it takes the newest', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    await put(service, 'hello')
    const first = await service.addScheduledJob(schedule())
    await put(service, 'goodbye')
    expect(await service.addScheduledJob(schedule())).toEqual(first)
    const slower = { ...schedule(), everyMs: 120_000 }
    expect(await service.addScheduledJob(slower)).toMatchObject({ version: 2, template: { version: 1 } })
    const { job: spec } = slower
    const other = { ...slower, job: { ...spec, parameters: { name: 'bo' } } }
    expect(await service.addScheduledJob(other)).toMatchObject({ version: 3, template: { version: 2 } })
    await service.removeTemplate('greet')
    expect(await service.addScheduledJob(other)).toMatchObject({ version: 3, job: { payload: 'goodbye bo' } })
  })

  test('follows the newest version, and holds the template', async () => {
    const seen: unknown[] = []
    const stage = await started([job('x', (payload) => void seen.push(payload))])
    const { service, clock } = stage
    await put(service, 'hello')
    const first = await service.addScheduledJob(schedule('latest'))
    expect(first).toMatchObject({ template: { name: 'greet', version: 'latest' } })
    await clock.advance(61_000)
    await put(service, 'goodbye')
    expect(await service.addScheduledJob(schedule('latest'))).toMatchObject({ id: first.id, version: 1 })
    await clock.advance(61_000)
    const running = service.runScheduledJob(first.id)
    await clock.advance(0)
    await running
    expect(seen).toEqual(['hello ada', 'goodbye ada', 'goodbye ada'])
    await expect(service.removeTemplate('greet')).rejects.toMatchObject({ code: 'TEMPLATE_IN_USE' })
    await stop(stage)
  })

  test('is passed over, and says why, while the newest version cannot make its job', async () => {
    const stage = await started([job('x', () => 1)])
    const { service, clock } = stage
    const errors: string[] = []
    service.on('service:error', ({ error }) => errors.push(error.code))
    await put(service, 'hello')
    await service.addScheduledJob(schedule('latest'))
    await service.putTemplate({
      name: 'greet',
      job: { type: 'x', payload: '{{name}} {{other}}' },
      parameters: { name: { type: 'string' }, other: { type: 'string' } },
    })
    await clock.advance(61_000)
    expect(errors).toEqual(['TEMPLATE_PARAMETER_MISSING'])
    expect(await service.listScheduledJobs()).toMatchObject([{ runCount: 0, skippedCount: 1 }])
    await stop(stage)
  })

  test('is refused when the template says what no schedule can have', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    await service.putTemplate({ name: 'greet', job: { type: 'x', payload: 1 }, options: { delayMs: 5 } })
    const { job: spec, ...rest } = schedule()
    const adding = service.addScheduledJob({ ...rest, job: { ...spec, parameters: {} } })
    await expect(adding).rejects.toMatchObject({ code: 'NOT_SUPPORTED', path: '/job/template' })
  })
})
