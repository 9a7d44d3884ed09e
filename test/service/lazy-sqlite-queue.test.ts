import { expect, test, vi } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import type { NewJob } from '../../src/core/queue-adapter.js'
import { stepLimits } from '../../src/drivers/sqlite/step-limits.js'
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
  const queue = lazySqliteQueue('jobs.db')
  expect([queue.kind, queue.limits, made]).toEqual(['sqlite', stepLimits, []])
  await queue.open({ logger: silentLogger })
  expect(made).toEqual([{ path: 'jobs.db' }])
})

test('jobs in transactions of the app are handed on, and so is the call after the commit', async () => {
  const queue = lazySqliteQueue('jobs.db')
  const [connection, jobs] = [{}, [] as NewJob[]]
  queue.wake?.()
  expect(() => queue.submitIn?.(connection, jobs)).toThrow(expect.objectContaining({ code: 'STATE_INVALID' }))
  await queue.open({ logger: silentLogger })
  expect(queue.submitIn?.(connection, jobs)).toEqual(['answer'])
  queue.wake?.()
  expect(asked).toEqual([['submitIn', connection, jobs], ['wake']])
})
