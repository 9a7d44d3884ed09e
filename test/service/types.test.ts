import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  type BulkOutcome,
  type ControlApi,
  type Dependency,
  type ExplainReason,
  type Explanation,
  type FlowSubmitted,
  type Job,
  type JobContext,
  type JobDefinition,
  type JobSpec,
  type Result,
  type ServiceApi,
  type SubmitSpec,
  type Submitted,
  type Template,
  type WorkerService,
  type WorkerServiceOptions,
  defineJob,
} from '../../src/index.js'

// What stands in a function that nobody calls is looked at by the compiler alone.
const compiled = (_look: (service: WorkerService) => unknown): void => undefined

const resize = defineJob({
  name: 'resize',
  input: z.object({ url: z.string(), width: z.string().transform(Number).optional() }),
  handler: (payload, ctx) => {
    expectTypeOf(payload).toEqualTypeOf<{ url: string; width?: number | undefined }>()
    expectTypeOf(ctx).toEqualTypeOf<JobContext>()
    return { pixels: 1 }
  },
})

const plain = defineJob({ name: 'plain', handler: ({ url }: { url: string }) => url.length })

describe('a definition with a schema', () => {
  test('is called with what the schema takes, and its handler gets what the schema makes', () => {
    expectTypeOf(resize).parameter(0).toEqualTypeOf<{ url: string; width?: string | undefined }>()
    expectTypeOf(resize({ url: 'x' })).toExtend<JobSpec<{ url: string; width?: string | undefined }>>()
    expect(resize({ url: 'x' })).toEqual({ type: 'resize', payload: { url: 'x' } })
  })

  test('refuses another payload', () => {
    compiled(() => [
      // @ts-expect-error a number for a string
      resize({ url: 5 }),
      // @ts-expect-error nothing at all
      resize(),
      // @ts-expect-error what the schema makes, not what it takes
      resize({ url: 'x', width: 5 }),
      // @ts-expect-error a field too many
      resize({ url: 'x', height: '5' }),
    ])
  })

  test('refuses a handler that expects something else', () => {
    compiled(() => [
      defineJob({
        name: 'x',
        // @ts-expect-error the schema makes an object with `n`
        input: z.object({ n: z.number() }),
        handler: (payload: { m: number }) => payload.m,
      }),
      // @ts-expect-error input is no schema
      defineJob({ name: 'x', input: { parse: () => 1 }, handler: () => 1 }),
    ])
  })
})

describe('a definition without a schema', () => {
  test('takes its payload from the parameter of the handler', () => {
    expectTypeOf(plain).toEqualTypeOf<JobDefinition<{ url: string }, { url: string }, number>>()
    expectTypeOf(plain).parameter(0).toEqualTypeOf<{ url: string }>()
    expect(plain({ url: 'x' })).toEqual({ type: 'plain', payload: { url: 'x' } })
  })

  test('that says nothing of its payload takes any', () => {
    const any = defineJob({ name: 'any', handler: (payload) => payload })
    expectTypeOf(any).parameter(0).toEqualTypeOf<unknown>()
    expect(any(1).payload).toBe(1)
  })

  test('may be asynchronous: its output is what it resolves with', () => {
    const slow = defineJob({ name: 'slow', handler: (_: null) => Promise.resolve('x') })
    expectTypeOf(slow).toEqualTypeOf<JobDefinition<null, null, string>>()
    expect(slow.jobName).toBe('slow')
  })

  test('needs a name and a handler, and no more than is known', () => {
    expect(() => {
      // @ts-expect-error there is no handler
      defineJob({ name: 'x' })
    }).toThrow('handler')
    expect(() => {
      // @ts-expect-error there is no name
      defineJob({ handler: () => 1 })
    }).toThrow('name')
    expect(() => {
      // @ts-expect-error the name is misspelt
      defineJob({ name: 'x', timeout: 5, handler: () => 1 })
    }).toThrow('did you mean "timeoutMs"?')
    expect(() => {
      // @ts-expect-error a policy that does not exist
      defineJob({ name: 'x', retry: { attempts: 5 }, handler: () => 1 })
    }).not.toThrow()
  })
})

describe('a service', () => {
  test('takes definitions of any payload together', () => {
    expectTypeOf([resize, plain]).toExtend<NonNullable<WorkerServiceOptions['jobs']>>()
    compiled(() => {
      // @ts-expect-error the handler alone is no definition
      const options: WorkerServiceOptions = { jobs: [() => 1] }
      return options
    })
  })

  test('takes what definitions make, and the built-in types with their fields', () => {
    expectTypeOf(resize({ url: 'x' })).toExtend<SubmitSpec>()
    compiled((service) => [
      service.submitJob({ type: 'single_crawl', url: 'https://example.com' }),
      service.submitJob({ type: 'batch_crawl', urls: ['https://example.com'], options: { concurrency: 2 } }),
      service.submitJob({
        type: 'spider_crawl',
        url: 'https://example.com',
        options: { spiderScope: 'path' },
      }),
      service.submitJob({ type: 'maintenance', taskType: 'health_check' }),
      service.submitJob({ type: 'custom', jobName: 'plain', payload: {} }),
      service.submitJob(plain({ url: 'x' }), { priority: 'high', delayMs: 5 }),
      service.submitJobs([plain({ url: 'x' }), { job: resize({ url: 'x' }), options: { id: 'a' } }]),
    ])
  })

  test('refuses what it would refuse at run time', () => {
    compiled((service) => [
      // @ts-expect-error there is no url
      service.submitJob({ type: 'single_crawl' }),
      // @ts-expect-error one url for a batch
      service.submitJob({ type: 'batch_crawl', urls: 'https://example.com' }),
      // @ts-expect-error no such strategy
      service.submitJob({ type: 'spider_crawl', url: 'x', options: { spiderStrategy: 'bfs' } }),
      // @ts-expect-error there is no type
      service.submitJob({ payload: 1 }),
      // @ts-expect-error the definition itself
      service.submitJob(plain),
      // @ts-expect-error no such priority
      service.submitJob(plain({ url: 'x' }), { priority: 'urgent' }),
      // @ts-expect-error the name is misspelt
      service.submitJob(plain({ url: 'x' }), { delay: 5 }),
      // @ts-expect-error no such event
      service.on('job:done', () => undefined),
      // @ts-expect-error no such state
      service.listJobs({ status: 'done' }),
      // @ts-expect-error there is no name
      service.addScheduledJob({ cron: '* * * * *', job: plain({ url: 'x' }) }),
    ])
  })

  test('tells what its calls answer with', () => {
    expectTypeOf<Awaited<ReturnType<WorkerService['waitForJob']>>>().toEqualTypeOf<Result>()
    expectTypeOf<Result['data']>().toBeUnknown()
    compiled((service) => [
      service.on('job:completed', (event) => {
        expectTypeOf(event.processingTimeMs).toBeNumber()
        expectTypeOf(event.attempt).toBeNumber()
      }),
      service.once('job:dead_letter', ({ error }) => {
        expectTypeOf(error.code).toBeString()
      }),
    ])
  })
})

describe('what steers a service', () => {
  test('is among what a service is to its routes', () => {
    expectTypeOf<WorkerService>().toExtend<ServiceApi>()
    expectTypeOf<ServiceApi>().toExtend<ControlApi>()
  })

  test('takes ties, limits, doubles and webhooks in short and in full', () => {
    const x = plain({ url: 'x' })
    compiled((service) => [
      service.submitJob(x, { dependsOn: ['a', { id: 'b', onFailure: 'ignore' }] }),
      service.submitJob(x, { concurrencyKey: 'k', rateLimit: { key: 'r', max: 5, perMs: 1_000 } }),
      service.submitJob(x, { concurrencyKey: { key: 'k', max: 3 }, dedupeKey: 'd' }),
      service.submitJob(x, { dedupeKey: { key: 'd', mode: 'debounce', windowMs: 1_000 } }),
      service.submitJob(x, { webhook: { url: 'https://a.example', events: ['job.completed'] } }),
      service.submitJob({ type: 'template', template: 't', version: 'latest', parameters: { n: 1 } }),
      service.submitFlow({ jobs: { a: { job: x }, b: { job: x, dependsOn: ['a'] } } }),
      service.addScheduledJob({ name: 's', everyMs: 1_000, job: x, concurrencyKey: 'k' }),
      service.previewSchedule({ cron: '* * * * *' }, { count: 3, from: new Date(0) }),
    ])
  })

  test('refuses what it would refuse at run time', () => {
    const x = plain({ url: 'x' })
    compiled((service) => [
      // @ts-expect-error one id for a list
      service.submitJob(x, { dependsOn: 'a' }),
      // @ts-expect-error no such rule
      service.submitJob(x, { dependsOn: [{ id: 'a', onFailure: 'explode' }] }),
      // @ts-expect-error there is no perMs
      service.submitJob(x, { rateLimit: { key: 'r', max: 5 } }),
      // @ts-expect-error no such mode
      service.submitJob(x, { dedupeKey: { key: 'd', mode: 'drop' } }),
      // @ts-expect-error no such event
      service.submitJob(x, { webhook: { url: 'https://a.example', events: ['job.started'] } }),
      // @ts-expect-error the id of a job of a flow follows from its name
      service.submitFlow({ jobs: { a: { job: x, options: { id: 'a' } } } }),
      // @ts-expect-error a schedule's jobs have no dependencies
      service.addScheduledJob({ name: 's', everyMs: 1_000, job: x, dependsOn: ['a'] }),
      // @ts-expect-error one that has not ended
      service.retryJobs({ status: 'pending' }),
      // @ts-expect-error no such class
      service.reprioritiseJob('a', 'urgent'),
      // @ts-expect-error cron and everyMs are for one each
      service.previewSchedule({ everyMs: '5m' }),
    ])
  })

  test('tells what its calls answer with', () => {
    expectTypeOf<Explanation['reason']>().toEqualTypeOf<ExplainReason>()
    expectTypeOf<Submitted['replaced']>().toEqualTypeOf<true | undefined>()
    expectTypeOf<Job['dependsOn']>().toEqualTypeOf<readonly Dependency[] | undefined>()
    expectTypeOf<Job['webhook']>().toEqualTypeOf<
      { readonly url: string; readonly events: readonly string[] } | undefined
    >()
    expectTypeOf<keyof FlowSubmitted>().toEqualTypeOf<'id' | 'jobs'>()
    compiled(async (service) => {
      const { jobs } = await service.submitFlow({ jobs: {} })
      expectTypeOf(jobs['a']).toEqualTypeOf<Submitted | undefined>()
      expectTypeOf(await service.getTemplate('t')).toEqualTypeOf<Template | null>()
      expectTypeOf((await service.getQueueStats()).classes.high.share).toBeNumber()
      expectTypeOf(await service.retryJobs()).toEqualTypeOf<BulkOutcome>()
    })
  })
})
