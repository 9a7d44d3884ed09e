import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { silentLogger } from '../../../src/core/logger.js'
import type { Hint, NewJob, QueueAdapter } from '../../../src/core/queue-adapter.js'
import { sqliteQueue, sqliteStorage } from '../../../src/drivers/sqlite/index.js'
import { jobOf } from '../../../src/testing/contract/script.js'
import { tempDirectory } from './drivers-here.js'

const threadUrl = new URL('./mortal-thread.js', import.meta.url)

const freshPath = (): string => join(tempDirectory(), 'jobs.db')

async function opened(queue: QueueAdapter): Promise<QueueAdapter> {
  await queue.open({ logger: silentLogger })
  onTestFinished(() => queue.close())
  return queue
}

function job(id: string, part: Partial<NewJob> = {}): NewJob {
  return { ...jobOf(1, part), id }
}

describe('a thread that dies', () => {
  const mortal = (path = freshPath()) => opened(sqliteQueue({ path, threadUrl, synchronous: 'normal' }))

  test.each(['die-before', 'throw-before', 'die-after'])(
    'rejects what is under way, and the next call starts another (%s)',
    async (word) => {
      const queue = await mortal()
      await queue.submit([job('first')])
      const failures = await Promise.allSettled([
        queue.submit([job(word)]),
        queue.cancel({ id: 'first', token: 't', reason: word }),
      ])
      for (const failure of failures)
        expect(failure).toMatchObject({ reason: { code: 'STORE_UNAVAILABLE', retryable: true } })
      expect((await queue.get('first'))?.status).toBe(word === 'die-after' ? 'cancelled' : 'pending')
      await queue.submit([job('third')])
      expect((await queue.get('third'))?.status).toBe('pending')
    },
  )

  test('has done what was committed before, and answers it the same when it is sent again', async () => {
    const queue = await mortal()
    const doomed = job('die-after')
    await expect(queue.submit([doomed])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(await queue.submit([doomed])).toEqual([{ kind: 'created', id: 'die-after', status: 'pending' }])
    expect((await queue.counts()).pending).toBe(1)
  })

  test('tells those who listen that they may have missed something, and hints come again', async () => {
    const queue = await mortal()
    const heard: Hint[] = []
    queue.subscribe('i1', (hint) => heard.push(hint))
    queue.subscribe(null, (hint) => heard.push(hint))
    await queue.cancel({ id: 'x', token: 't', reason: 'die-before' }).catch(() => undefined)
    expect(heard).toEqual([])
    await queue.counts()
    await vi.waitFor(() => expect(heard).toEqual([{ kind: 'reconnected' }, { kind: 'reconnected' }]))
    await queue.submit([job('a')])
    await queue.cancel({ id: 'a', token: 't', reason: null })
    await vi.waitFor(() =>
      expect(heard.at(-1)).toEqual({ kind: 'ended', jobs: [{ id: 'a', type: 'task', status: 'cancelled' }] }),
    )
  })

  test('leaves no entry of a dead process behind', async () => {
    const path = freshPath()
    const queue = await mortal(path)
    for (let i = 0; i < 3; i++) {
      await queue.cancel({ id: 'x', token: 't', reason: 'die-before' }).catch(() => undefined)
      await queue.counts()
    }
    await queue.close()
    await queue.open({ logger: silentLogger })
    expect(readdirSync(join(path, '..')).filter((name) => name.endsWith('.sock')).length).toBeLessThan(2)
  })

  test('is said with its cause', async () => {
    const error = vi.fn()
    const queue = sqliteQueue({ path: freshPath(), threadUrl, synchronous: 'normal' })
    await queue.open({ logger: { ...silentLogger, error } })
    onTestFinished(() => queue.close())
    await queue.cancel({ id: 'x', token: 't', reason: 'throw-before' }).catch(() => undefined)
    expect(error).toHaveBeenCalledWith(
      expect.stringContaining('thread'),
      expect.objectContaining({
        code: 'STORE_UNAVAILABLE',
        error: expect.objectContaining({ message: 'a fault in the thread' }),
      }),
    )
  })
})

describe('opening and closing', () => {
  test('a file that is refused rejects the opening, and the next one tries again', async () => {
    const folder = tempDirectory()
    const queue = sqliteQueue({ path: join(folder, 'missing', 'jobs.db') })
    for (let i = 0; i < 2; i++)
      await expect(queue.open({ logger: silentLogger })).rejects.toMatchObject({ code: 'STORE_OPEN_FAILED' })
    await expect(queue.counts()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await queue.close()
  })

  test('a thread entry that is not there is told', async () => {
    const queue = sqliteQueue({ path: freshPath(), threadUrl: 'file:///nowhere/thread.js' })
    await expect(queue.open({ logger: silentLogger })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      path: '/threadUrl',
      retryable: false,
      message: expect.stringContaining('not at file:///nowhere/thread.js; bundle') as string,
    })
  })

  test.each([false, true])(
    'before the opening and after the closing every call is refused (inline %s)',
    async (inline) => {
      const queue = sqliteQueue({ path: freshPath(), inline })
      const refused = { code: 'STORE_UNAVAILABLE', retryable: true }
      await expect(queue.submit([job('a')])).rejects.toMatchObject(refused)
      await queue.open({ logger: silentLogger })
      await queue.submit([job('a')])
      await queue.close()
      await expect(queue.get('a')).rejects.toMatchObject(refused)
      await queue.close()
    },
  )

  test.each([false, true])('what was called before the closing is done (inline %s)', async (inline) => {
    const path = freshPath()
    const queue = sqliteQueue({ path, inline, synchronous: 'normal' })
    await queue.open({ logger: silentLogger })
    const [answers] = await Promise.all([queue.submit([job('a')]), queue.close()])
    expect(answers).toMatchObject([{ kind: 'created' }])
    await queue.open({ logger: silentLogger })
    expect((await queue.get('a'))?.id).toBe('a')
    await queue.close()
  })

  test('a queue that is closed and opened at once is open', async () => {
    const queue = sqliteQueue({ path: freshPath(), synchronous: 'normal' })
    await queue.open({ logger: silentLogger })
    await Promise.all([queue.close(), queue.open({ logger: silentLogger })])
    await queue.submit([job('a')])
    await queue.close()
  })

  test('closed before it is open, it is closed', async () => {
    const queue = sqliteQueue({ path: freshPath() })
    const opening = queue.open({ logger: silentLogger })
    await queue.close()
    await opening
    await queue.close()
    await expect(queue.counts()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  test('the last one to close leaves no log behind', async () => {
    const path = freshPath()
    const [queue, storage] = [sqliteQueue({ path }), sqliteStorage({ path })]
    await queue.open({ logger: silentLogger })
    await storage.open?.({ logger: silentLogger })
    await queue.submit([job('a')])
    await queue.close()
    expect(existsSync(`${path}-wal`)).toBe(true)
    await storage.close?.()
    expect([`${path}-wal`, `${path}-shm`].filter(existsSync)).toEqual([])
  })
})
