import { describe, expect, test } from 'vitest'
import { started, stop, submit } from './fake-stage.js'
import { job } from './stage.js'

describe('a job', () => {
  test('that waits is cancelled and never runs', async () => {
    let runs = 0
    const stage = await started([job('later', () => runs++)])
    const id = await submit(stage, 'later', { delayMs: 60_000 })
    expect(await stage.service.cancelJob(id, { reason: 'changed my mind' })).toMatchObject({
      status: 'cancelled',
    })
    await stage.clock.advance(120_000)
    expect(runs).toBe(0)
    expect(await stage.service.getJobResult(id)).toMatchObject({
      success: false,
      error: { code: 'CANCELLED', message: 'changed my mind' },
    })
    await expect(stage.service.cancelJob(id)).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      facts: { state: 'cancelled' },
    })
    await stop(stage)
  })

  test('that runs is cancelled at once: its signal aborts and what it returns is refused', async () => {
    let reason: unknown
    const stage = await started([
      job(
        'long',
        (_, ctx) =>
          new Promise((resolve) =>
            ctx.signal.addEventListener('abort', () => {
              reason = ctx.signal.reason
              resolve('late')
            }),
          ),
      ),
    ])
    const id = await submit(stage, 'long')
    expect((await stage.service.getJob(id))?.status).toBe('processing')
    await stage.service.cancelJob(id)
    await stage.clock.advance(0)
    expect(reason).toMatchObject({ code: 'CANCELLED' })
    expect(await stage.service.getJob(id)).toMatchObject({ status: 'cancelled' })
    expect(await stage.service.getJobResult(id)).toMatchObject({ success: false, data: null })
    await stop(stage)
  })
})
