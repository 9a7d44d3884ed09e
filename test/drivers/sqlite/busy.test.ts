import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/core/clock.js'
import { silentLogger } from '../../../src/core/logger.js'
import type { QueueAdapter } from '../../../src/core/queue-adapter.js'
import { sqliteQueue } from '../../../src/drivers/sqlite/index.js'
import { jobOf } from '../../../src/testing/contract/script.js'
import { tempDirectory } from './drivers-here.js'

/** Another process that has the file open, and locks it when it is told to. */
async function locker(path: string): Promise<(word: 'lock' | 'unlock') => Promise<unknown>> {
  const program = fileURLToPath(new URL('lock-program.mjs', import.meta.url))
  const child = fork(program, [path], { execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return (word) => {
    const done = once(child, 'message')
    child.send(word)
    return done
  }
}

async function opened(queue: QueueAdapter): Promise<QueueAdapter> {
  await queue.open({ logger: silentLogger })
  onTestFinished(() => queue.close())
  return queue
}

/** Watches the event loop: the longest time, in ms, in which no timer ran. */
function watchLoop(): () => number {
  let longest = 0
  let last = systemClock.monotonic()
  const tick = (): void => {
    const now = systemClock.monotonic()
    longest = Math.max(longest, now - last)
    last = now
    cancel = systemClock.after(2, tick)
  }
  let cancel = systemClock.after(2, tick)
  return () => {
    cancel()
    return longest
  }
}

const freshPath = (): string => join(tempDirectory(), 'jobs.db')

describe.each([false, true])('while another process has the file locked (inline %s)', (inline) => {
  test('what writes waits without blocking, what reads does not wait, and all is done behind the lock', async () => {
    const path = freshPath()
    const queue = await opened(sqliteQueue({ path, inline }))
    await queue.submit([jobOf(1, { id: 'before' })])
    const tell = await locker(path)
    await tell('lock')
    const longestPause = watchLoop()
    let isDone = false
    const submitted = queue.submit([jobOf(2, { id: 'during' })]).finally(() => (isDone = true))
    for (let i = 0; i < 50; i++) {
      expect(await queue.get('during')).toBeNull()
      expect((await queue.get('before'))?.status).toBe('pending')
      await systemClock.sleep(2)
    }
    expect(isDone).toBe(false)
    expect(longestPause()).toBeLessThan(1000)
    await tell('unlock')
    expect(await submitted).toMatchObject([{ kind: 'created' }])
  })

  test('what has waited for busyTimeoutMs is STORE_BUSY, changes nothing, and can be sent again', async () => {
    const path = freshPath()
    const queue = await opened(sqliteQueue({ path, inline, busyTimeoutMs: 100 }))
    const tell = await locker(path)
    await tell('lock')
    const jobs = [jobOf(1, { id: 'a' })]
    await expect(queue.submit(jobs)).rejects.toMatchObject({ code: 'STORE_BUSY', retryable: true })
    await tell('unlock')
    expect(await queue.get('a')).toBeNull()
    expect(await queue.submit(jobs)).toMatchObject([{ kind: 'created' }])
  })

  test('an opening waits too, and no longer than that', async () => {
    const path = freshPath()
    const tell = await locker(path)
    await tell('lock')
    const late = sqliteQueue({ path, inline, busyTimeoutMs: 100 })
    await expect(late.open({ logger: silentLogger })).rejects.toMatchObject({ code: 'STORE_BUSY' })
    const opening = opened(sqliteQueue({ path, inline }))
    await tell('unlock')
    expect((await (await opening).counts()).pending).toBe(0)
  })

  test('closing takes no more than a few seconds', async () => {
    const path = freshPath()
    const queue = sqliteQueue({ path, inline, busyTimeoutMs: 60_000 })
    await queue.open({ logger: silentLogger })
    const tell = await locker(path)
    await tell('lock')
    const begun = systemClock.monotonic()
    const submitted = queue.submit([jobOf(1, {})]).catch((error: unknown) => error)
    await queue.close()
    expect(systemClock.monotonic() - begun).toBeLessThan(10_000)
    // A thread has ended by then, whoever holds the file.
    if (!inline) expect(await submitted).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await tell('unlock')
    await submitted
  })
})
