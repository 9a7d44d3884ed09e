import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineJob } from '../../src/index.js'
import { started, stop, submit } from './fake-stage.js'
import { gate, job } from './stage.js'

describe('a job that runs', () => {
  test('runs with its payload, and its result is there when it is completed', async () => {
    const stage = await started([job('double', (payload) => ({ got: payload }))])
    const id = await submit(stage, 'double')
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'completed',
      retryCount: 0,
      attempt: 1,
      payload: { n: 1 },
    })
    expect(await stage.service.getJobResult(id)).toMatchObject({
      jobId: id,
      success: true,
      data: { got: { n: 1 } },
      error: null,
    })
    await stop(stage)
  })

  test('says how far it is and what it does, and that can be read while it runs', async () => {
    const end = gate()
    const stage = await started([
      job('talking', async (_, { progress, log }) => {
        progress(0.5, 'half way')
        log('one')
        log('two')
        await end.opened
        progress(1)
        log('three')
      }),
    ])
    const id = await submit(stage, 'talking')
    await stage.clock.advance(300)
    expect(await stage.service.getJob(id)).toMatchObject({
      progress: { value: 0.5, note: 'half way' },
      logs: ['one', 'two'],
    })
    end.open()
    await stage.clock.advance(10)
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'completed',
      progress: { value: 1, note: null },
      logs: ['one', 'two', 'three'],
    })
    await stop(stage)
  })

  test.each([10, 70_000, 400_000])(
    'with a result of %i characters has it read back whole',
    async (length) => {
      const stage = await started([job('large', () => 'ü'.repeat(length))])
      const id = await submit(stage, 'large')
      expect((await stage.service.getJobResult(id))?.data).toBe('ü'.repeat(length))
      await stop(stage)
    },
  )

  test('has no result data any more when its time is over, and still says that it succeeded', async () => {
    const stage = await started([job('brief', () => 'here')], { resultTtlMs: 5_000 })
    const id = await submit(stage, 'brief')
    await stage.clock.advance(5_001)
    expect(await stage.service.getJobResult(id)).toMatchObject({ success: true, data: null })
    await stop(stage)
  })

  test('of a type that this service does not know is refused with the known ones', async () => {
    const stage = await started([job('known', () => 1)])
    await expect(stage.service.submitJob({ type: 'unknown', payload: 1 })).rejects.toMatchObject({
      code: 'JOB_TYPE_UNKNOWN',
      facts: { known: ['known'] },
    })
    await stop(stage)
  })

  test('has its input checked by its schema at submit, and gets what the schema makes of it', async () => {
    const shout = defineJob({
      name: 'shout',
      input: z.object({ text: z.string().transform((s) => s.toUpperCase()) }),
      handler: ({ text }) => text,
    })
    const stage = await started([shout])
    await expect(stage.service.submitJob({ type: 'shout', payload: { text: 5 } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      path: '/payload/text',
    })
    const submitting = stage.service.submitJob(shout({ text: 'hi' }))
    await stage.clock.advance(0)
    expect((await stage.service.getJobResult((await submitting).id))?.data).toBe('HI')
    await stop(stage)
  })
})
