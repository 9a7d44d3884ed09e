import type { InstanceRecord, QueueAdapter, StoreMetrics } from '../core/queue-adapter.js'
import { asStoreError } from '../engine/store-call.js'
import type { Health, Metrics, QueueStats, WorkerStats } from '../service-api.js'
import type { Hub } from './hub.js'
import { metricsOf, queueStats, workerStats } from './stats.js'

/** A health check answers within this, whatever the store does. */
const healthMs = 2_000
/** A slot that is this late says that nobody fires schedules. */
const lateMs = 30_000

/** What an operator looks at: counts, workers, metrics, health. All figures are the fleet's. */
export class Monitor {
  readonly #hub: Hub

  constructor(hub: Hub) {
    this.#hub = hub
  }

  async queue(): Promise<QueueStats> {
    const [counts, instances, pauses, { claims }] = await this.#hub.look((store) =>
      Promise.all([store.counts(), store.instances(), store.pauses(), store.metrics()]),
    )
    return queueStats({ counts, instances, pauses, claims }, this.#hub.storeTime.now())
  }

  async workers(): Promise<WorkerStats> {
    const [instances, metrics] = await this.#hub.look((store) =>
      Promise.all([store.instances(), store.metrics()]),
    )
    return this.#workers(instances, metrics)
  }

  async metrics(): Promise<Metrics> {
    const [counts, instances, metrics] = await this.#hub.look((store) =>
      Promise.all([store.counts(), store.instances(), store.metrics()]),
    )
    const now = this.#hub.storeTime.now()
    return metricsOf(metrics, counts, this.#workers(instances, metrics), now - metrics.since, now)
  }

  async health(): Promise<Health> {
    const { clock, queue } = this.#hub.options
    const begun = clock.monotonic()
    const look = await this.#look().catch((thrown: unknown) => ({ error: asStoreError(thrown) }))
    const latencyMs = clock.monotonic() - begun
    if ('error' in look) return this.#unhealthy(`${look.error.code}: ${look.error.message}`, latencyMs)
    const { instances, schedules } = look
    const total = instances.reduce((sum, one) => sum + one.workers, 0)
    const healthyCount = instances.reduce((sum, one) => sum + (one.healthy ? one.workers : 0), 0)
    const now = this.#hub.storeTime.now()
    const late = schedules.filter((one) => one.nextSlot !== null && now - one.nextSlot > lateMs).length
    const workers = { healthy: healthyCount > 0, running: this.#hub.isRunning, total, healthyCount }
    const scheduler = {
      healthy: late === 0,
      enabled: this.#hub.options.schedulerEnabled,
      schedules: schedules.length,
      late,
    }
    const healthy = workers.healthy && scheduler.healthy
    return {
      healthy,
      queue: { healthy: true, adapter: queue.kind, error: null, latencyMs },
      workers,
      scheduler,
    }
  }

  #workers(instances: readonly InstanceRecord[], metrics: StoreMetrics): WorkerStats {
    const { isRunning, engine } = this.#hub
    return workerStats(instances, metrics, isRunning, engine?.autoscale ?? null)
  }

  async #look(): Promise<{
    readonly instances: Awaited<ReturnType<QueueAdapter['instances']>>
    readonly schedules: Awaited<ReturnType<QueueAdapter['schedules']>>
  }> {
    const [instances, schedules] = await this.#hub.ask(
      (store) => Promise.all([store.instances(), store.schedules()]),
      healthMs,
    )
    return { instances, schedules }
  }

  #unhealthy(error: string, latencyMs: number): Health {
    const { isRunning, options } = this.#hub
    return {
      healthy: false,
      queue: { healthy: false, adapter: options.queue.kind, error, latencyMs },
      workers: { healthy: false, running: isRunning, total: 0, healthyCount: 0 },
      scheduler: { healthy: false, enabled: options.schedulerEnabled, schedules: 0, late: 0 },
    }
  }
}
