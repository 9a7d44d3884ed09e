import { resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import type { NewJob } from '../../src/core/queue-adapter.js'
import { inlineLimits, stepLimits } from '../../src/drivers/sqlite/step-limits.js'
import { optionsFromEnv } from '../../src/env.js'
import { lazySqliteQueue } from '../../src/lazy-sqlite-queue.js'

const { made, asked } = vi.hoisted(() => ({ made: [] as unknown[], asked: [] as unknown[] }))

vi.mock('../../src/drivers/sqlite/index.js', () => ({
  sqliteQueue(options: unknown) {
    made.push(options)
    return {
      open: () => Promise.resolve(),
      submitIn: (...args: unknown[]) => asked.push(['submitIn', ...args]) && ['answer'],
      wake: () => asked.push(['wake']),
    }
  },
}))

test('the driver is loaded with the path when the queue is opened, and not before', async () => {
  const queue = lazySqliteQueue({ path: '/jobs.db', inline: false })
  expect([queue.kind, queue.limits, made]).toEqual(['sqlite', stepLimits, []])
  await queue.open({ logger: silentLogger })
  expect(made).toEqual([{ path: '/jobs.db', inline: false }])
})

test('one in memory works in the calling thread, and has its limits', () => {
  expect(optionsFromEnv({ WORKER_SQLITE_PATH: ':memory:' }).queue?.limits).toEqual(inlineLimits)
})

test('a relative path of the environment is where the process stood when the queue was made', async () => {
  await optionsFromEnv({ WORKER_SQLITE_PATH: 'jobs.db' }).queue?.open({ logger: silentLogger })
  expect(made.at(-1)).toEqual({ path: resolve('jobs.db'), inline: false })
})

test('jobs in transactions of the app are handed on, and so is the call after the commit', async () => {
  const queue = lazySqliteQueue({ path: '/jobs.db', inline: false })
  const [connection, jobs] = [{}, [] as NewJob[]]
  queue.wake?.()
  expect(() => queue.submitIn?.(connection, jobs)).toThrow(expect.objectContaining({ code: 'STATE_INVALID' }))
  await queue.open({ logger: silentLogger })
  expect(queue.submitIn?.(connection, jobs)).toEqual(['answer'])
  queue.wake?.()
  expect(asked).toEqual([['submitIn', connection, jobs], ['wake']])
})
