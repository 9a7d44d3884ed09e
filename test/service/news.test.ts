import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { memoryQueue } from '../../src/index.js'
import { started, stop, submit } from './fake-stage.js'
import { gate, job } from './stage.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

describe('a handler that talks without end', () => {
  test('has its progress and lines sent a few times a second, the newest of them', async () => {
    const queue = memoryQueue()
    let renewals = 0
    const renew = queue.renew.bind(queue)
    queue.renew = (request) => (renewals++, renew(request))
    const stage = await started(
      [
        job('loud', async (_, { progress, log }) => {
          for (let tenth = 0; tenth < 20; tenth++) {
            for (let i = 0; i < 1_000; i++) {
              progress((tenth * 1_000 + i) / 20_000)
              log(`line ${tenth * 1_000 + i}`)
            }
            await stage.clock.sleep(100)
          }
          progress(1)
        }),
      ],
      { queue },
    )
    renewals = 0
    const id = await submit(stage, 'loud')
    await stage.clock.advance(1_000)
    const running = await stage.service.getJob(id)
    expect(running?.logs).toHaveLength(100)
    expect(running?.progress?.value).toBeGreaterThan(0.3)
    await stage.clock.advance(1_000)
    const ended = await stage.service.getJob(id)
    expect(ended).toMatchObject({ status: 'completed', progress: { value: 1 } })
    expect(ended?.logs?.at(-1)).toBe('line 19999')
    expect(renewals).toBeLessThan(15)
    await stop(stage)
  })

  test('in lines of ten megabytes keeps a thousand characters of each, and no more memory than that', async () => {
    const end = gate()
    const stage = await started([
      job('long', async (_, { progress, log }) => {
        for (let i = 0; i < 20; i++) log(Buffer.alloc(10 * 2 ** 20, 97 + i).toString())
        progress(0.5, 'n'.repeat(10 * 2 ** 20))
        await end.opened
      }),
    ])
    collectGarbage()
    const before = process.memoryUsage()
    const id = await submit(stage, 'long')
    collectGarbage()
    const after = process.memoryUsage()
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(20 * 2 ** 20)
    await stage.clock.advance(300)
    const seen = await stage.service.getJob(id)
    expect(seen?.logs?.map((line) => line.length)).toEqual(Array.from({ length: 20 }, () => 1_000))
    expect(seen?.progress?.note).toHaveLength(500)
    end.open()
    await stop(stage)
  })

  test('and whose lines are cut within a character has them stored and read all the same', async () => {
    const end = gate()
    const stage = await started([
      job('odd', async (_, { log }) => {
        log('😀'.repeat(600))
        log(`${'x'.repeat(999)}😀`)
        await end.opened
      }),
    ])
    const id = await submit(stage, 'odd')
    await stage.clock.advance(300)
    expect((await stage.service.getJob(id))?.logs?.map((line) => line.length)).toEqual([1_000, 1_000])
    end.open()
    await stop(stage)
  })

  test.each([[Number.NaN], [-0.1], [1.1], ['50%'], [{}], [undefined]])(
    'progress(%j) throws in the handler',
    async (value) => {
      const stage = await started([job('wrong', (_, { progress }) => progress(value as number))])
      const id = await submit(stage, 'wrong', { retry: { maxAttempts: 1 } })
      expect((await stage.service.getJob(id))?.lastError?.code).toBe('PROGRESS_INVALID')
      await stop(stage)
    },
  )

  test('among many that end at once tells all its lines, in few calls', async () => {
    const queue = memoryQueue()
    const end = gate()
    const stage = await started(
      [
        job('one', async (payload, { log }) => {
          await end.opened
          log(`from ${String(payload)}`)
        }),
      ],
      { queue, workers: { count: 10, maxConcurrentJobs: 10 } },
    )
    const answers = await stage.service.submitJobs(
      Array.from({ length: 100 }, (_, i) => ({ type: 'one', payload: i })),
    )
    await stage.clock.advance(0)
    let renewals = 0
    const renew = queue.renew.bind(queue)
    queue.renew = (request) => (renewals++, renew(request))
    end.open()
    await stage.clock.advance(0)
    const jobs = await Promise.all(answers.map(({ id }) => stage.service.getJob(id)))
    expect(jobs.map((one) => one?.logs)).toEqual(answers.map((_, i) => [`from ${i}`]))
    expect(renewals).toBeLessThan(10)
    await stop(stage)
  })
})
