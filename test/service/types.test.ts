import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  type JobContext,
  type JobDefinition,
  type JobSpec,
  type Result,
  type SubmitSpec,
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
      // @ts-expect-error there is no type
      service.submitJob({ payload: 1 }),
      // @ts-expect-error the definition itself
      service.submitJob(plain),
      // @ts-expect-error no such priority
      service.submitJob(plain({ url: 'x' }), { priority: 'urgent' }),
      // @ts-expect-error the name is misspelt
      service.submitJob(plain({ url: 'x' }), { delay: 5 }),
      // @ts-expect-error not there yet
      service.submitJob(plain({ url: 'x' }), { dependsOn: ['a'] }),
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
