import { expect, test } from 'vitest'
import { seeded, until } from './patience.js'
import { type Fleet, type FleetOptions, job } from './fleet.js'
import { randomFlow } from './random-flow.js'

/** What becomes of jobs that depend on each other while the processes that run them are killed. */
export function keepsFlows(newFleet: (options?: Partial<FleetOptions>) => Fleet): void {
  test.each([1, 2])(
    'end a flow of 1,000 jobs as its rules say, though jobs fail and workers are killed (seed %i)',
    { timeout: 180_000 },
    async (seed) => {
      const random = seeded(seed)
      const fleet = newFleet({ leaseMs: 1000 })
      const producer = await fleet.producer()
      const workers = await fleet.spawn(3)
      const { flow, ends } = randomFlow(1000, random, (succeeds) =>
        succeeds
          ? { job: job('work', { ms: Math.floor(random() * 4) }), options: {} }
          : { job: job('fail', { times: 99 }), options: { retry: { maxAttempts: 2 } } },
      )
      const submitted = await producer.submitFlow(flow)
      fleet.acknowledged.push(...Object.values(submitted.jobs).map(({ id }) => id))
      for (const kills of [1, 2, 3, 4]) {
        await until('some more have run', () => fleet.runs().length >= kills * 120)
        const victim = workers.shift()
        if (victim) await fleet.kill(victim)
        workers.push(...(await fleet.spawn(1)))
      }
      await fleet.allEnded(120_000)
      const { jobs } = await fleet.contents()
      const wrong = [...ends].flatMap(([name, allowed]) => {
        const status = jobs.get(submitted.jobs[name]?.id ?? '')?.status
        return status !== undefined && allowed.has(status)
          ? []
          : [`${name} is ${status}, not ${[...allowed].join('|')}`]
      })
      expect(wrong).toEqual([])
      expect(await fleet.wrongs()).toEqual([])
    },
  )

  test('start no job before those that it depends on have ended', { timeout: 60_000 }, async () => {
    const fleet = newFleet()
    const producer = await fleet.producer()
    await fleet.spawn(3)
    const names = Array.from({ length: 60 }, (_, i) => `j${i}`)
    const flow = Object.fromEntries(
      names.map((name, i) => [
        name,
        {
          job: job('work', { ms: 5 }),
          dependsOn: i === 0 ? [] : [`j${i - 1}`, `j${Math.floor(i / 2)}`].filter((one) => one !== name),
        },
      ]),
    )
    const submitted = await producer.submitFlow({ jobs: flow })
    fleet.acknowledged.push(...Object.values(submitted.jobs).map(({ id }) => id))
    await fleet.allEnded()
    const runs = names.map((name) => fleet.runs(submitted.jobs[name]?.id))
    for (const [i, [run]] of runs.entries()) {
      if (i === 0) continue
      expect(run?.startUs).toBeGreaterThanOrEqual(runs[i - 1]?.at(-1)?.endUs ?? Infinity)
    }
    expect(await fleet.wrongs()).toEqual([])
  })
}
