import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type Fleet, type FleetOptions, job, jobs } from './fleet.js'
import type { Run } from './history.js'
import { startLoad } from './load.js'
import { seeded, until } from './patience.js'
import type { WorkerProcess } from './worker-process.js'

export interface Grounds {
  readonly newFleet: (options?: Partial<FleetOptions>) => Fleet
  /** How soon the jobs of a killed process run elsewhere, with leases that long. */
  readonly rerun: { readonly leaseMs: number; readonly within: string; readonly withinMs: number }
}

/** What processes must get over, whatever store they share. */
export function survivesFaults({ newFleet, rerun }: Grounds): void {
  describe('of which some are killed', () => {
    test.each([1, 2, 3])('ends every job, once (seed %i)', async (seed) => {
      const random = seeded(seed)
      const fleet = newFleet()
      const producer = await fleet.producer()
      const workers = await fleet.spawn(3)
      await fleet.submit(producer, jobs(60, 'work', { ms: 150 }))
      await fleet.submit(producer, jobs(20, 'fail', { times: 1 }))
      await fleet.started(1)
      const killed: Death[] = []
      for (let i = 0; i < 4; i++) {
        await pause(50 + random() * 250)
        // One that is at work, while there is one.
        const atWork = workers.filter((one) => runsUnderWay(fleet, one) > 0)
        const some = atWork.length > 0 ? atWork : workers
        const victim = some[Math.floor(random() * some.length)]!
        workers.splice(workers.indexOf(victim), 1)
        killed.push({ pid: victim.pid, us: await fleet.kill(victim) })
        workers.push(...(await fleet.spawn(1)))
      }
      await fleet.allEnded()
      expect(killed.flatMap((death) => runsCutBy(fleet, death)).length).toBeGreaterThan(0)
      expect(miscounted(fleet, killed)).toEqual([])
      expect(await fleet.wrongs()).toEqual([])
    })

    test(`has their jobs running elsewhere within ${rerun.within}`, async () => {
      const fleet = newFleet({ leaseMs: rerun.leaseMs, service: { maxConcurrentJobs: 16 } })
      const workers = await fleet.spawn(2)
      await fleet.submit(await fleet.producer(), jobs(12, 'work', { ms: 2500 }))
      await fleet.started(12)
      const busiest = workers.sort((a, b) => runsIn(fleet, b) - runsIn(fleet, a))[0]!
      const death = { pid: busiest.pid, us: await fleet.kill(busiest) }
      const cut = runsCutBy(fleet, death)
      expect(cut.length).toBeGreaterThanOrEqual(6)
      await fleet.started(12 + cut.length)
      const waits = cut.map((run) => (nextRun(fleet, run)!.startUs - death.us) / 1000)
      expect(Math.max(...waits)).toBeLessThan(rerun.withinMs)
      await fleet.allEnded()
      expect(await fleet.wrongs()).toEqual([])
    })
  })

  describe('of which one is stopped for two leases and goes on', () => {
    test('gives its jobs to others, and takes nothing from it that it says of them later', async () => {
      const fleet = newFleet()
      const producer = await fleet.producer()
      const [frozen] = await fleet.spawn(1)
      const ids = await fleet.submit(producer, [job('work', { ms: 1200 }), job('work', { ms: 3500 })])
      await fleet.started(2)
      await fleet.freeze(frozen!)
      const since = performance.now()
      const [other] = await fleet.spawn(1)
      await fleet.started(4)
      await until('two leases pass', () => performance.now() - since >= fleet.leaseMs * 2)
      frozen!.thaw()
      await until('it hears that both jobs are gone', () => fleet.told('lease_lost', frozen).length === 2)
      await until('the handler that goes on is told', () => fleet.told('abort', frozen).length === 1)
      expect(fleet.told('abort', frozen)).toMatchObject([{ job: ids[1], code: 'LEASE_LOST', attempt: 1 }])
      await fleet.allEnded()
      const results = await Promise.all(ids.map((id) => producer.getJobResult(id)))
      expect(results).toMatchObject(ids.map(() => ({ success: true, data: { pid: other!.pid, attempt: 2 } })))
      expect(await fleet.wrongs()).toEqual([])
      // It is none the worse for it.
      await fleet.kill(other!)
      await fleet.submit(producer, jobs(4, 'work'))
      await fleet.allEnded()
      await until('it says that they ended', () => fleet.told('completed', frozen).length === 4)
      expect(await fleet.wrongs()).toEqual([])
    })
  })

  describe('of which one has a handler that holds up its event loop', () => {
    test('runs that job elsewhere, and everything else meanwhile', async () => {
      const fleet = newFleet()
      const producer = await fleet.producer()
      const [blocked] = await fleet.spawn(1)
      const [id] = await fleet.submit(producer, [job('busy', { ms: fleet.leaseMs * 3 })])
      await fleet.started(1)
      const [other] = await fleet.spawn(1)
      const others = await fleet.submit(producer, jobs(30, 'work', { ms: 20 }))
      await fleet.allEnded()
      await until('the blocked process goes on', () => fleet.told('end', blocked).length === 1)
      const unblockedUs = fleet.told('end', blocked)[0]!.us
      const late = fleet.told('completed').filter(({ us }) => us > unblockedUs)
      expect(late).toEqual([])
      expect(fleet.told('completed', other)).toHaveLength(others.length + 1)
      await until('it is told what it lost', () => fleet.told('lease_lost', blocked).length === 1)
      expect(fleet.told('error', blocked).map(({ code }) => code)).toContain('EVENT_LOOP_BLOCKED')
      expect(await producer.getJobResult(id!)).toMatchObject({ data: { attempt: 2, pid: other!.pid } })
      expect(await fleet.wrongs()).toEqual([])
    })
  })

  describe('of which some end in the middle of a handler', () => {
    test('tries such a job again, and gives up on one that ends whatever runs it', async () => {
      const fleet = newFleet()
      const producer = await fleet.producer()
      const workers = await fleet.spawn(4)
      const stopLoad = startLoad(fleet, producer, { batch: 1, everyMs: 100 })
      const [once] = await fleet.submit(producer, [job('crash', { times: 1 })])
      const [always] = await fleet.submit(producer, [job('crash', { times: 99 })], {
        retry: { maxAttempts: 2 },
      })
      const isDead = (): boolean => fleet.told('dead_letter').length > 0
      await until('someone gives up', isDead)
      await stopLoad()
      await fleet.allEnded()
      expect(await producer.getJobResult(once!)).toMatchObject({ success: true })
      const dead = { status: 'dead_letter', retryCount: 2, lastError: { code: 'CRASHED' } }
      expect(await producer.getJob(always!)).toMatchObject(dead)
      // Each run ended its process, which may have had another of these jobs that had not begun.
      expect(fleet.runs(always).map(({ attempt }) => attempt)).toContain(2)
      expect(fleet.told('dead_letter')).toMatchObject([{ job: always, code: 'CRASHED', retryCount: 2 }])
      // Three runs ended their process, and two of them may have been in the same.
      const left = workers.filter(({ isAlive }) => isAlive).length
      expect([1, 2]).toContain(left)
      expect(await fleet.wrongs()).toEqual([])
    })
  })
}

// -------------------------------------------------------------------------------------------------------------------

/** When a process was killed. */
interface Death {
  readonly pid: number
  readonly us: number
}

function runsIn(fleet: Fleet, worker: WorkerProcess): number {
  return fleet.runs().filter(({ pid }) => pid === worker.pid).length
}

function runsUnderWay(fleet: Fleet, { pid }: WorkerProcess): number {
  return fleet.runs().filter((run) => run.pid === pid && run.how === 'lost').length
}

/** The runs that a process did not come to the end of. */
function runsCutBy(fleet: Fleet, death: Death): Run[] {
  return fleet.runs().filter(({ pid, how }) => pid === death.pid && how === 'lost')
}

function nextRun(fleet: Fleet, run: Run): Run | undefined {
  return fleet.runs(run.job).find(({ fence }) => fence > run.fence)
}

/** Runs that were cut, and whose job was not run again with as many attempts spent as processes were killed that had it. */
function miscounted(fleet: Fleet, deaths: readonly Death[]): string[] {
  return deaths
    .flatMap((death) => runsCutBy(fleet, death))
    .flatMap((run) => {
      const next = nextRun(fleet, run)
      if (!next) return [`${run.job}: attempt ${run.attempt} was cut, and none came after it`]
      // Another process may have been killed between its claim and the start.
      const most = deaths.filter(({ us }) => us > run.startUs && us < next.startUs).length
      const spent = next.attempt - run.attempt
      return spent >= 1 && spent <= most ? [] : [`${run.job}: ${spent} attempts spent by ${most} deaths`]
    })
}
