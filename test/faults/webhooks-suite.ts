import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Fleet, type FleetOptions, job } from './fleet.js'
import { until } from './patience.js'
import { WebhookEndpoint } from './webhook-endpoint.js'

/** What becomes of webhooks while endpoints fail and the processes that deliver are killed. */
export function deliversWebhooks(newFleet: (options?: Partial<FleetOptions>) => Fleet): void {
  test(
    'tell an endpoint of every end at least once, though it fails, is away and workers are killed',
    { timeout: 120_000 },
    async () => {
      const secret = `whsec_${randomBytes(32).toString('base64')}`
      let isUnwell = true
      const endpoint = new WebhookEndpoint(secret, (id) => isUnwell && id.charCodeAt(id.length - 1) % 5 === 0)
      await endpoint.open()
      try {
        const fleet = newFleet({ leaseMs: 1000, crawl: { allowPrivateNetwork: true } })
        const producer = await fleet.producer()
        const workers = await fleet.spawn(3)
        const webhook = { url: endpoint.url, secret }
        const some = await fleet.submit(
          producer,
          Array.from({ length: 120 }, () => job('work', { ms: 10 })),
          { webhook },
        )
        await until('some have been told', () => endpoint.told().size > 20)
        // A try that is killed and one that is refused would make two: the third comes after minutes.
        isUnwell = false
        for (const victim of workers.splice(0, 2)) await fleet.kill(victim)
        await fleet.spawn(2)
        await until('all of them have been', () => endpoint.told().size === some.length, 60_000)
        // The first try of each finds nobody there, and the second comes after five seconds.
        await endpoint.close()
        const failing = await fleet.submit(
          producer,
          Array.from({ length: 10 }, () => job('fail', { times: 99 })),
          { webhook, retry: { maxAttempts: 1 } },
        )
        await fleet.allEnded()
        await endpoint.open()
        await until('all have been told', () => endpoint.told().size === 130, 60_000)
        expect(endpoint.told()).toEqual(new Set([...some, ...failing]))
        expect(endpoint.deliveries.every(({ isSigned }) => isSigned)).toBe(true)
        const ids = new Set(endpoint.deliveries.map(({ id }) => id))
        expect(ids.size).toBe(130)
        for (const id of ids) {
          const [first, ...others] = endpoint.deliveries.filter((one) => one.id === id)
          for (const other of others) expect(other.event).toEqual(first?.event)
        }
        expect(await fleet.wrongs()).toEqual([])
      } finally {
        await endpoint.close()
      }
    },
  )
}
