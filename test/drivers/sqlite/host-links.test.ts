import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { silentLogger } from '../../../src/core/logger.js'
import type { CycleReply, QueueAdapter } from '../../../src/core/queue-adapter.js'
import { sqliteQueue } from '../../../src/drivers/sqlite/index.js'
import { cycleOf, jobOf, lanes } from '../../../src/testing/contract/script.js'
import { tempDirectory } from './drivers-here.js'

async function opened(queue: QueueAdapter): Promise<QueueAdapter> {
  await queue.open({ logger: silentLogger })
  onTestFinished(() => queue.close())
  return queue
}

/** What each of the queues answers to the same cycle: a host answers it again, another host does another one. */
async function repliesOf(queues: readonly QueueAdapter[]): Promise<readonly CycleReply[]> {
  const request = cycleOf({ seq: 1, wanted: lanes(1) })
  const replies: CycleReply[] = []
  for (const queue of queues) replies.push(await queue.cycle(request))
  return replies
}

test('all who open one file in a process share one host, whatever they call it', async () => {
  const folder = tempDirectory()
  const path = join(folder, 'jobs.db')
  const one = await opened(sqliteQueue({ path, inline: true }))
  symlinkSync(path, join(folder, 'link.db'))
  symlinkSync(folder, join(folder, 'folder'))
  const others = ['link.db', 'folder/jobs.db', '../' + join(folder, 'jobs.db').split('/').slice(-2).join('/')]
  const queues = [one]
  for (const name of others)
    queues.push(await opened(sqliteQueue({ path: join(folder, name), inline: true })))
  await one.submit([1, 2, 3, 4].map((n) => jobOf(n, {})))
  const [first, ...again] = await repliesOf(queues)
  expect(first).toMatchObject({ kind: 'done', claims: [{ id: expect.any(String) }] })
  for (const reply of again) expect(reply).toEqual(first)
})

test('those who open a file together before it is there share one host too', async () => {
  const path = join(tempDirectory(), 'jobs.db')
  const queues = await Promise.all([1, 2].map(() => opened(sqliteQueue({ path, inline: true }))))
  await queues[0]?.submit([jobOf(1, {}), jobOf(2, {})])
  const [first, again] = await repliesOf(queues)
  expect(again).toEqual(first)
})

test('a file that is open with other options is refused, until that has been closed', async () => {
  const path = join(tempDirectory(), 'jobs.db')
  const first = sqliteQueue({ path, inline: true })
  await first.open({ logger: silentLogger })
  const second = sqliteQueue({ path, inline: true, synchronous: 'normal' })
  await expect(second.open({ logger: silentLogger })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    path: '/synchronous',
  })
  // While the first is still closing.
  const closing = first.close()
  await opened(second)
  await closing
  expect(await second.get('a')).toBeNull()
})

test('each queue in memory is one of its own, and has its storage with it', async () => {
  const [one, other] = [
    await opened(sqliteQueue({ path: ':memory:' })),
    await opened(sqliteQueue({ path: ':memory:' })),
  ]
  await one.submit([jobOf(1, { id: 'a' })])
  await one.storage.set('key', 'text')
  expect([await other.get('a'), await other.storage.get('key')]).toEqual([null, undefined])
  expect(await one.storage.get('key')).toBe('text')
})

test('a queue in memory is empty again when all have closed it', async () => {
  const queue = sqliteQueue({ path: ':memory:' })
  const options = { logger: silentLogger }
  await queue.open(options)
  await queue.open(options)
  await queue.submit([jobOf(1, { id: 'a' })])
  await queue.close()
  expect((await queue.get('a'))?.id).toBe('a')
  await queue.close()
  await queue.open(options)
  expect(await queue.get('a')).toBeNull()
  await queue.close()
})
