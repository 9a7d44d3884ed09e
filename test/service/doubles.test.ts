import { describe, expect, test } from 'vitest'
import { gate, job, newService, until } from './stage.js'

const spec = (n: number) => ({ type: 'x', payload: n })

describe('a submission with a dedupe key', () => {
  test('that replaces gives its content to the job that waits, which keeps its id', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    const dedupeKey = { key: 'k', mode: 'replace' } as const
    const first = await service.submitJob(spec(1), { dedupeKey })
    expect(first).not.toHaveProperty('replaced')
    const second = await service.submitJob(spec(2), { dedupeKey, priority: 'high' })
    expect(second).toEqual({ id: first.id, created: false, status: 'pending', replaced: true })
    expect(await service.getJob(first.id)).toMatchObject({ payload: 2, priority: 'high' })
    expect((await service.listJobs()).total).toBe(1)
  })

  test('that replaces makes a new job beside one that runs', async () => {
    const opened = gate()
    const service = newService({ jobs: [job('x', () => opened.opened)], workers: { count: 1 } })
    await service.start()
    const dedupeKey = { key: 'k', mode: 'replace' } as const
    const first = await service.submitJob(spec(1), { dedupeKey })
    await until(async () => (await service.getJob(first.id))?.status === 'processing')
    const second = await service.submitJob(spec(2), { dedupeKey })
    expect(second).toMatchObject({ created: true })
    expect(second.id).not.toBe(first.id)
    opened.open()
  })

  test('that debounces puts off the one run until a while after the last', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    const dedupeKey = { key: 'k', mode: 'debounce', windowMs: 60_000 } as const
    const first = await service.submitJob(spec(1), { dedupeKey })
    const { runAt } = (await service.getJob(first.id)) ?? {}
    expect((runAt ?? 0) - Date.now()).toBeGreaterThan(50_000)
    expect(await service.submitJob(spec(2), { dedupeKey })).toMatchObject({ id: first.id, replaced: true })
    const moved = await service.getJob(first.id)
    expect(moved).toMatchObject({ payload: 2 })
    expect(moved?.runAt).toBeGreaterThanOrEqual(runAt ?? 0)
  })

  test('that throttles is answered with the job that was made in the window, though it has ended', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    await service.start()
    const dedupeKey = { key: 'k', mode: 'throttle', windowMs: 60_000 } as const
    const first = await service.submitJob(spec(1), { dedupeKey })
    await service.waitForJob(first.id)
    expect(await service.submitJob(spec(2), { dedupeKey })).toEqual({
      id: first.id,
      created: false,
      status: 'completed',
    })
  })
})
