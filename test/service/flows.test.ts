import { describe, expect, test } from 'vitest'
import { RiptideError, memoryQueue } from '../../src/index.js'
import type { QueueAdapter } from '../../src/index.js'
import { job, newService } from './stage.js'

const spec = (type = 'x') => ({ type, payload: null })

/** The same queue with steps of so many jobs, and how many each submission had. */
function inSteps(items: number): { readonly queue: QueueAdapter; readonly sizes: number[] } {
  const store = memoryQueue()
  const sizes: number[] = []
  const queue = new Proxy(store, {
    get(target, key) {
      if (key === 'limits') return { ...store.limits, items }
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      const call = value.bind(target) as (...args: unknown[]) => unknown
      if (key !== 'submit') return call
      return (jobs: unknown[]) => {
        sizes.push(jobs.length)
        return call(jobs)
      }
    },
  })
  return { queue, sizes }
}

describe('a flow', () => {
  test('runs each job after those that it depends on', async () => {
    const ran: string[] = []
    const service = newService({ jobs: [job('x', (_, ctx) => void ran.push(ctx.job.id))] })
    await service.start()
    const { id, jobs } = await service.submitFlow({
      id: 'import-17',
      jobs: {
        publish: { job: spec(), dependsOn: ['parse', { name: 'images', onFailure: 'ignore' }] },
        images: { job: spec(), dependsOn: ['parse'], options: { priority: 'low' } },
        parse: { job: spec(), dependsOn: ['fetch'] },
        fetch: { job: spec() },
      },
    })
    expect(id).toBe('import-17')
    expect(jobs['publish']).toMatchObject({ id: 'import-17.publish', created: true, status: 'blocked' })
    expect(await service.waitForJob('import-17.publish')).toMatchObject({ success: true })
    expect(ran).toEqual(['fetch', 'parse', 'images', 'publish'].map((name) => `import-17.${name}`))
    expect(await service.getJob('import-17.images')).toMatchObject({ priority: 'low' })
  })

  test('submitted again with its id makes no second one', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    const flow = { id: 'f', jobs: { a: { job: spec() }, b: { job: spec(), dependsOn: ['a'] } } }
    await service.submitFlow(flow)
    const { jobs } = await service.submitFlow(flow)
    expect(Object.values(jobs).map(({ created }) => created)).toEqual([false, false])
    expect((await service.listJobs()).total).toBe(2)
  })

  test('goes to the store step by step, parents first', async () => {
    const { queue, sizes } = inSteps(3)
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    const names = Array.from({ length: 8 }, (_, i) => `n${i}`)
    const jobs = Object.fromEntries(
      names.map((name, i) => [
        name,
        i === 7 ? { job: spec() } : { job: spec(), dependsOn: [names[i + 1] ?? ''] },
      ]),
    )
    const submitted = await service.submitFlow({ jobs })
    expect(sizes).toEqual([3, 3, 2])
    expect(Object.keys(submitted.jobs)).toHaveLength(8)
    expect(await service.getQueueStats()).toMatchObject({ pending: 1, blocked: 7 })
  })

  test('is refused as a whole for one job that is wrong, with where that stands', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    const submit = (wrong: object) => service.submitFlow({ jobs: { a: { job: spec() }, b: wrong as never } })
    await expect(submit({ job: { type: 'single_crawl', url: 5 } })).rejects.toMatchObject({
      path: '/jobs/b/job/url',
    })
    await expect(submit({ job: spec(), options: { priority: 'soon' } })).rejects.toMatchObject({
      code: 'PRIORITY_INVALID',
      path: '/jobs/b/options/priority',
    })
    await expect(submit({ job: { type: 'nope', payload: 1 } })).rejects.toMatchObject({
      code: 'JOB_TYPE_UNKNOWN',
      path: '/jobs/b/job/type',
    })
    await expect(submit({ job: spec(), dependsOn: ['c'] })).rejects.toMatchObject({
      code: 'DEPENDENCY_NOT_FOUND',
      path: '/jobs/b/dependsOn/0',
    })
    expect((await service.listJobs()).total).toBe(0)
  })

  test('with an id whose job is another says which of its jobs it is', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    await service.submitJob(spec(), { id: 'f.b', priority: 'high' })
    const flow = { id: 'f', jobs: { a: { job: spec() }, b: { job: spec() } } }
    await expect(service.submitFlow(flow)).rejects.toMatchObject({
      code: 'JOB_ID_CONFLICT',
      path: '/jobs/b/options/id',
    })
  })

  test('with an id whose job is another adds nothing, and hangs no child on it', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    await service.submitJob(spec(), { id: 'f.a', priority: 'high' })
    const flow = {
      id: 'f',
      jobs: { a: { job: spec() }, b: { job: spec(), dependsOn: ['a'] }, c: { job: spec() } },
    }
    await expect(service.submitFlow(flow)).rejects.toMatchObject({
      code: 'JOB_ID_CONFLICT',
      path: '/jobs/a/options/id',
    })
    expect((await service.listJobs()).total).toBe(1)
  })

  test('that was cut in the middle is completed when it is submitted again', async () => {
    const { queue, sizes } = inSteps(2)
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    const jobs = { a: { job: spec() }, b: { job: spec(), dependsOn: ['a'] }, c: { job: spec() } }
    await service.submitJob(spec(), { id: 'f.a' })
    const { jobs: answers } = await service.submitFlow({ id: 'f', jobs })
    expect([answers['a']?.created, answers['b']?.created, answers['c']?.created]).toEqual([false, true, true])
    // One job, then all three looked at, then sent.
    expect(sizes).toEqual([1, 2, 1, 2, 1])
  })

  test('that is added in part says how many', async () => {
    const queue = memoryQueue({ maxJobs: 3 })
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    const names = ['a', 'b', 'c', 'd', 'e']
    const jobs = Object.fromEntries(names.map((name) => [name, { job: spec() }]))
    const thrown: unknown = await service.submitFlow({ jobs }).catch((error: unknown) => error)
    expect(thrown).toMatchObject({ code: 'STORE_FULL', retryable: true, facts: { added: 3 } })
    expect(String(thrown)).toContain("of the flow's 5 jobs 3 were added")
    expect(String(thrown)).not.toContain('nothing was added')
    expect((await service.listJobs()).total).toBe(3)
  })

  test('of which a template gives a dedupe key to a job that others depend on is refused', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    await service.putTemplate({ name: 't', job: { type: 'x', payload: 1 }, options: { dedupeKey: 'k' } })
    const byTemplate = { job: { type: 'template', template: 't' } as const }
    await expect(
      service.submitFlow({ jobs: { a: byTemplate, b: { job: spec(), dependsOn: ['a'] } } }),
    ).rejects.toMatchObject({ code: 'FIELDS_CONFLICT', path: '/jobs/a/job/template' })
    expect((await service.listJobs()).total).toBe(0)
    const { jobs } = await service.submitFlow({
      jobs: { a: { job: spec() }, b: { ...byTemplate, dependsOn: ['a'] } },
    })
    expect(jobs['b']).toMatchObject({ created: true, status: 'blocked' })
  })

  test('of several steps that depend on each other is refused where nothing is kept of what completes', async () => {
    const { queue } = inSteps(2)
    const retention = { completed: { count: 0 } }
    const service = newService({ queue, retention, jobs: [job('x', () => 1)] })
    const jobs = { a: { job: spec() }, b: { job: spec() }, c: { job: spec() } }
    expect(Object.keys((await service.submitFlow({ jobs })).jobs)).toHaveLength(3)
    const longer = { ...jobs, c: { job: spec(), dependsOn: ['b'] } }
    await expect(service.submitFlow({ jobs: longer })).rejects.toMatchObject({
      code: 'FIELDS_CONFLICT',
      path: '/jobs',
    })
    expect((await service.listJobs()).total).toBe(3)
  })

  test('of many that are submitted, those of a step that failed are told by themselves', async () => {
    const { queue } = inSteps(2)
    const failing = new Proxy(queue, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (key !== 'submit') return value
        return (all: { id: string }[]) => {
          if (!all.some(({ id }) => id === 'c')) return queue.submit(all as never)
          return Promise.reject(new RiptideError('STORE_FULL', 'no room', { retryable: true }))
        }
      },
    })
    const service = newService({ queue: failing, jobs: [job('x', () => 1)] })
    const entries = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ job: spec(), options: { id } }))
    const answers = await service.submitJobs(entries)
    expect(answers.map((answer) => ('error' in answer ? answer.error.code : answer.created))).toEqual([
      ...[true, true],
      ...['STORE_FULL', 'STORE_FULL'],
      true,
    ])
    await expect(service.submitJobs([{ job: spec(), options: { id: 'c' } }])).rejects.toMatchObject({
      code: 'STORE_FULL',
    })
  })

  test('nothing, a list and a getter that throws are errors of ours', async () => {
    const service = newService()
    for (const given of [undefined, null, [], { jobs: [] }])
      await expect(service.submitFlow(given as never)).rejects.toMatchObject({ name: 'RiptideError' })
    const hostile = Object.defineProperty({}, 'jobs', {
      enumerable: true,
      get() {
        throw new Error('no')
      },
    })
    await expect(service.submitFlow(hostile as never)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })
})
