import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { jobOf } from '../../src/testing/contract/script.js'
import { tempDirectory } from '../drivers/sqlite/drivers-here.js'
import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import { RemoteQueue } from './remote-queue.js'
import { scenes } from './scenes.js'
import { contentsOf } from './sqlite-contents.js'
import { SqliteHand } from './sqlite-hand.js'
import { SqlitePlay, foundIn } from './sqlite-play.js'

/** What is of an instance ends with its process. */
const ofInstance = ['cycle', 'renew']

const calm = { logger: silentLogger }

let hand: SqliteHand

describeOn(nodeForSharing())('a process that is killed behind any statement of', () => {
  beforeAll(() => {
    hand = new SqliteHand({ isLasting: true })
  })

  describe.each(Object.entries(scenes))('"%s"', (name, scene) => {
    test('has done it or not, never half, and another can do it again', async () => {
      const play = await SqlitePlay.prepare(scene, hand)
      const before = await foundIn(hand, play.copy())
      const after = await play.played(hand)
      expect(after.wrongs).toEqual([])

      const statements = await atEachStatement(async (statement, other) => {
        const path = play.copy()
        const remote = new RemoteQueue({ path })
        await play.open(remote)
        const hasDied = await dies(remote, statement, () => play.send(remote))
        expect([before, after]).toContainEqual(await foundIn(hand, path))
        if (ofInstance.includes(name)) return hasDied

        other.path = path
        await play.open(other)
        await play.send(other)
        await other.queue.close()
        expect(await foundIn(hand, path)).toEqual(after)
        return hasDied
      })
      expect(statements).toBeGreaterThan(3)
    })
  })

  test('the first opening of a file leaves one that another can use', async () => {
    const folder = tempDirectory()
    const statements = await atEachStatement(async (statement, other) => {
      const path = join(folder, `${statement}.db`)
      const remote = new RemoteQueue({ path })
      const hasDied = await dies(remote, statement, () => remote.queue.open(calm))
      other.path = path
      await other.queue.open(calm)
      await other.queue.submit([jobOf(1, {})])
      await other.queue.close()
      const { jobs, wrongs } = await contentsOf(hand, path)
      expect([jobs.size, wrongs]).toEqual([1, []])
      return hasDied
    })
    expect(statements).toBeGreaterThan(3)
  })
})

// -------------------------------------------------------------------------------------------------------------------

/**
 * Has a process die behind its first statement, another behind its second, and so on, some of them at once, until one has come
 * to its end before; how many died. Each comes with another process, which lives.
 */
async function atEachStatement(
  run: (statement: number, other: RemoteQueue) => Promise<boolean>,
): Promise<number> {
  const others = [1, 2, 3].map(() => new RemoteQueue({ path: '' }))
  for (let done = 0; ; done += others.length) {
    const died = await Promise.all(others.map((other, i) => run(done + i + 1, other)))
    if (died.includes(false)) return done + died.indexOf(false)
  }
}

/** Whether a process that dies behind so many statements did so before it could answer; it is gone in any case. */
async function dies(remote: RemoteQueue, statements: number, act: () => Promise<unknown>): Promise<boolean> {
  await remote.dieAfter(statements)
  try {
    await act()
    return false
  } catch (thrown) {
    if (remote.isAlive) throw thrown
    return true
  } finally {
    await remote.kill()
  }
}
