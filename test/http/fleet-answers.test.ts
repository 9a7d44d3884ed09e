import { describe, expect, test } from 'vitest'
import type { Metrics } from '../../src/service-api.js'
import { answerTo, someSchedule } from './stub-service.js'

describe('numbers about the fleet', () => {
  const metrics: Metrics = {
    jobsSubmitted: 1,
    jobsCompleted: 2,
    jobsFailed: 3,
    jobsRetried: 4,
    jobsDeadLetter: 5,
    avgProcessingTimeMs: 6.5,
    p50ProcessingTimeMs: 7,
    p95ProcessingTimeMs: 8,
    p99ProcessingTimeMs: 9,
    successRate: 28.5,
    jobTypeStats: {
      sendMail: {
        submitted: 1,
        completed: 2,
        failed: 3,
        retried: 4,
        deadLetter: 5,
        totalProcessingTimeMs: 6,
      },
    },
    queueSizes: { pending: 1 },
    totalWorkers: 4,
    healthyWorkers: 3,
    uptimeSeconds: 60,
    timestamp: Date.UTC(2026, 0, 1),
  }

  test('the metrics keep the names of types', async () => {
    const { body } = await answerTo('/workers/metrics', { getMetrics: () => Promise.resolve(metrics) })
    expect(body).toEqual({
      jobs_submitted: 1,
      jobs_completed: 2,
      jobs_failed: 3,
      jobs_retried: 4,
      jobs_dead_letter: 5,
      avg_processing_time_ms: 6.5,
      p50_processing_time_ms: 7,
      p95_processing_time_ms: 8,
      p99_processing_time_ms: 9,
      success_rate: 28.5,
      job_type_stats: {
        sendMail: {
          submitted: 1,
          completed: 2,
          failed: 3,
          retried: 4,
          dead_letter: 5,
          total_processing_time_ms: 6,
        },
      },
      queue_sizes: { pending: 1 },
      total_workers: 4,
      healthy_workers: 3,
      uptime_seconds: 60,
      timestamp: '2026-01-01T00:00:00.000Z',
    })
  })

  const workers = {
    totalWorkers: 2,
    healthyWorkers: 1,
    totalJobsProcessed: 9,
    totalJobsFailed: 1,
    zombies: 0,
    instances: [],
    autoscale: null,
  }

  test('the workers of others are shown by a service that never started', async () => {
    const { status, body } = await answerTo('/workers/stats/workers', {
      getWorkerStats: () => Promise.resolve({ ...workers, isRunning: false }),
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      total_workers: 2,
      healthy_workers: 1,
      total_jobs_processed: 9,
      total_jobs_failed: 1,
      is_running: false,
      autoscale: null,
    })
  })

  test('the workers are 503 when nobody works', async () => {
    const { status, body } = await answerTo('/workers/stats/workers', {
      getWorkerStats: () => Promise.resolve({ ...workers, healthyWorkers: 0, isRunning: false }),
    })
    expect([status, body['error']]).toEqual([503, 'WORKERS_NOT_RUNNING'])
  })

  test('a service that is not well says so with 503 and the same body', async () => {
    const health = {
      healthy: false,
      queue: { healthy: false, adapter: 'redis', error: 'STORE_UNAVAILABLE', latencyMs: 5 },
      workers: { healthy: true, running: true, total: 4, healthyCount: 4 },
      scheduler: { healthy: true, enabled: true, schedules: 0, late: 0 },
    }
    const { status, body } = await answerTo('/workers/health', { healthCheck: () => Promise.resolve(health) })
    expect(status).toBe(503)
    expect(body).toEqual({
      healthy: false,
      queue: { healthy: false, adapter: 'redis', error: 'STORE_UNAVAILABLE', latency_ms: 5 },
      workers: { healthy: true, running: true, total: 4, healthy_count: 4 },
      scheduler: { healthy: true, enabled: true, schedules: 0, late: 0 },
    })
  })
})

describe('a schedule', () => {
  test('has every member of the contract', async () => {
    const schedules = [
      someSchedule({ nextRunAt: null, lastRunAt: Date.UTC(2026, 0, 1), runCount: 3, enabled: false }),
    ]
    const { body } = await answerTo('/workers/schedule', {
      listScheduledJobs: () => Promise.resolve(schedules),
    })
    expect(body).toEqual([
      {
        id: 'schedule-1',
        name: 'daily',
        cron_expression: '0 0 * * *',
        enabled: false,
        priority: 'Low',
        created_at: '2026-01-01T00:00:00.000Z',
        last_executed_at: '2026-01-01T00:00:00.000Z',
        next_execution_at: null,
        execution_count: 3,
      },
    ])
  })

  test('of an interval, which only a program can make, still has a text', async () => {
    const schedules = [someSchedule({ cron: null, everyMs: 5_000 })]
    const { body } = await answerTo('/workers/schedule', {
      listScheduledJobs: () => Promise.resolve(schedules),
    })
    expect(body).toEqual([expect.objectContaining({ cron_expression: '@every 5000ms' })])
  })

  test('that cannot be read is listed, and says why', async () => {
    const fault = { code: 'DECRYPTION_FAILED', name: 'RiptideError', message: 'no key' }
    const { body } = await answerTo('/workers/schedule', {
      listScheduledJobs: () => Promise.resolve([someSchedule({ cron: null, fault })]),
    })
    const error = expect.stringContaining('no key') as string
    expect(body).toEqual([expect.objectContaining({ id: 'schedule-1', cron_expression: '', error })])
  })
})
