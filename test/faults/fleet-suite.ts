import { describe, expect, test } from 'vitest'
import { idOf } from '../../src/core/random.js'
import { type Fleet, type FleetOptions, job, jobs, nowUs } from './fleet.js'
import { until } from './patience.js'

export interface Grounds {
  readonly newFleet: (options?: Partial<FleetOptions>) => Fleet
  /** How often one of four processes is told that it may have missed ends, before it hears of all. */
  readonly gaps: number
}

/** What processes that share a store do together, whatever store it is. */
export function actsAsOne({ newFleet, gaps }: Grounds): void {
  test.each([2, 4])('share the work evenly to within a quarter (%i of them)', async (count) => {
    const fleet = newFleet()
    const workers = await fleet.spawn(count)
    await fleet.submit(await fleet.producer(), jobs(100 * count, 'work', { ms: 20 }))
    await fleet.allEnded()
    const runs = workers.map(({ pid }) => fleet.runs().filter((run) => run.pid === pid).length)
    expect(Math.min(...runs)).toBeGreaterThan(75)
    expect(Math.max(...runs)).toBeLessThan(125)
    expect(await fleet.wrongs()).toEqual([])
  })

  test('make one job of each slot of a schedule, though five look and one of them is killed', async () => {
    const fleet = newFleet({ scheduler: true })
    const workers = await fleet.spawn(5)
    const producer = await fleet.producer()
    const everyMs = 100
    const made = await producer.addScheduledJob({
      name: 'often',
      everyMs,
      overlap: 'allow',
      job: job('work'),
    })
    const standing = async () => (await producer.listScheduledJobs())[0]!
    await until('twenty slots have fired', async () => (await standing()).runCount >= 20)
    await fleet.kill(workers[2]!)
    await until('fifty have', async () => (await standing()).runCount >= 50)
    expect(await standing()).toMatchObject({ skippedCount: 0 })
    await producer.removeScheduledJob(made.id)
    const { jobs: all } = await fleet.contents()
    const ids = Array.from({ length: all.size }, (_, i) =>
      idOf('schedule', made.id, made.version, made.nextRunAt! + i * everyMs),
    )
    fleet.acknowledged.push(...ids)
    expect(all.size).toBeGreaterThanOrEqual(50)
    await fleet.allEnded()
    expect(await fleet.wrongs()).toEqual([])
  })

  test('hear of a cancel within a second', async () => {
    const fleet = newFleet()
    const producer = await fleet.producer()
    await fleet.spawn(2)
    const waits: number[] = []
    for (let i = 0; i < 40; i++) {
      const [id] = await fleet.submit(producer, [job('work', { ms: 60_000 })])
      await until('it runs', () => fleet.runs(id).length === 1)
      const sinceUs = nowUs()
      await producer.cancelJob(id!)
      const aborts = () => fleet.told('abort').filter((line) => line.job === id)
      await until('its signal aborts', () => aborts().length > 0)
      expect(aborts()).toMatchObject([{ code: 'CANCELLED' }])
      waits.push((aborts()[0]!.us - sinceUs) / 1000)
    }
    expect(Math.max(...waits)).toBeLessThan(1000)
    await fleet.allEnded()
    expect(fleet.told('completed')).toEqual([])
    expect(await fleet.wrongs()).toEqual([])
  })

  describe('of which one runs no jobs', () => {
    test('tell it the results that it waits for', async () => {
      const fleet = newFleet()
      const producer = await fleet.producer()
      const [worker] = await fleet.spawn(1)
      const ids = await fleet.submit(
        producer,
        [job('work', { ms: 300 }), job('fail', { times: 99 }), job('work', { ms: 60_000 })],
        { retry: { maxAttempts: 2 } },
      )
      const waiting = ids.map((id) => producer.waitForJob(id, { timeoutMs: 20_000 }))
      await fleet.started(3)
      await producer.cancelJob(ids[2]!)
      expect(await Promise.all(waiting)).toMatchObject([
        { jobId: ids[0], success: true, data: { pid: worker!.pid, attempt: 1 } },
        { jobId: ids[1], success: false, error: { code: 'JOB_FAILED' } },
        { jobId: ids[2], success: false, error: { code: 'CANCELLED' } },
      ])
      await fleet.allEnded()
      expect(await fleet.wrongs()).toEqual([])
    })

    test('tell it of every end', async () => {
      const fleet = newFleet()
      const producer = await fleet.producer()
      const bystander = await fleet.bystander()
      await fleet.spawn(2)
      await producer.getQueueStats()
      await bystander.hearEnds()
      await until('it hears of all', () => fleet.told('gap', bystander).length >= gaps)
      const completed = await fleet.submit(producer, jobs(50, 'work', { ms: 5 }))
      const failed = await fleet.submit(producer, jobs(5, 'fail', { times: 99 }), {
        retry: { maxAttempts: 1 },
      })
      const cancelled = await fleet.submit(producer, jobs(5, 'work'), { delayMs: 60_000 })
      for (const id of cancelled) await producer.cancelJob(id)
      await fleet.allEnded()
      await until('it has', () => fleet.told('heard').length === 60)
      const heard = fleet.told('heard', bystander).map(({ job, status }) => [job, status])
      expect(Object.fromEntries(heard)).toEqual({
        ...statuses(completed, 'completed'),
        ...statuses(failed, 'dead_letter'),
        ...statuses(cancelled, 'cancelled'),
      })
      expect(await fleet.wrongs()).toEqual([])
    })
  })
}

// -------------------------------------------------------------------------------------------------------------------

function statuses(ids: readonly string[], status: string): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [id, status]))
}
