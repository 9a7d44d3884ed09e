import { describe, expect, test } from 'vitest'
import type { Events } from '../../src/index.js'
import { fast, started, stop, submit } from './fake-stage.js'
import { gate, job } from './stage.js'

describe('events', () => {
  test('each move of a job is told once, and a listener that throws hurts nothing', async () => {
    let runs = 0
    const stage = await started([
      job('twice', () => {
        if (runs++ === 0) throw new Error('boom')
        return 1
      }),
    ])
    const told: string[] = []
    const names: (keyof Events)[] = [
      'job:submitted',
      'job:started',
      'job:retrying',
      'job:completed',
      'job:dead_letter',
      'job:cancelled',
    ]
    for (const name of names) {
      stage.service.on(name, () => {
        throw new Error('a bad listener')
      })
      stage.service.on(name, () => void told.push(name))
    }
    await submit(stage, 'twice', fast)
    await stage.clock.advance(1_000)
    expect(told).toEqual(['job:submitted', 'job:started', 'job:retrying', 'job:started', 'job:completed'])
    await stop(stage)
  })

  test('once is once, and off is off', async () => {
    const stage = await started([job('x', () => 1)])
    let once = 0
    let off = 0
    stage.service.once('job:completed', () => once++)
    stage.service.on('job:completed', () => off++)()
    await submit(stage, 'x')
    await submit(stage, 'x')
    expect([once, off]).toEqual([1, 0])
    await stop(stage)
  })
})

describe('waiting for a job', () => {
  test('resolves with how it ended, also when it failed', async () => {
    const stage = await started([
      job('bad', () => {
        throw new Error('boom')
      }),
    ])
    const id = await submit(stage, 'bad', { retry: { maxAttempts: 1 } })
    await expect(stage.service.waitForJob(id)).resolves.toMatchObject({
      success: false,
      error: { message: 'boom' },
    })
    await stop(stage)
  })

  test('before the end, resolves at the end', async () => {
    const end = gate<number>()
    const stage = await started([job('open', () => end.opened)])
    const id = await submit(stage, 'open')
    const waiting = stage.service.waitForJob(id)
    end.open(7)
    await stage.clock.advance(0)
    expect((await waiting).data).toBe(7)
    await stop(stage)
  })

  test('gives up with TIMEOUT, ABORTED and JOB_NOT_FOUND, and after a while leaves no timer', async () => {
    const stage = await started([
      job('endless', (_, ctx) => new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))),
    ])
    const id = await submit(stage, 'endless')
    const timers = stage.clock.pendingTimers
    const late = expect(stage.service.waitForJob(id, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
    const controller = new AbortController()
    const aborted = expect(stage.service.waitForJob(id, { signal: controller.signal })).rejects.toMatchObject(
      { code: 'ABORTED' },
    )
    controller.abort()
    await stage.clock.advance(50)
    await Promise.all([late, aborted])
    await expect(stage.service.waitForJob('nobody')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
    await expect(stage.service.waitForJob(id, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    // Until then it goes on listening for ends: who waits once often waits again.
    await stage.clock.advance(10_000)
    expect(stage.clock.pendingTimers).toBe(timers)
    await stop(stage)
  })
})

test('a new life of a job is told as a submission', async () => {
  const stage = await started([
    job('bad', () => {
      throw new Error('boom')
    }),
  ])
  const id = await submit(stage, 'bad', { retry: { maxAttempts: 1 } })
  const told: string[] = []
  stage.service.on('job:submitted', ({ jobId }) => void told.push(jobId))
  await stage.service.retryJob(id)
  expect(told).toEqual([id])
  await stop(stage)
})
