import { copyFileSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import type { ChildProgram } from './child-program.js'
import { seeded, until } from './patience.js'
import { RemoteQueue } from './remote-queue.js'
import { contentsOf } from './sqlite-contents.js'
import { SqliteHand } from './sqlite-hand.js'
import { type Acknowledged, SqliteLoops, missing } from './sqlite-loops.js'
import { readLog } from './write-ahead-log.js'

let hand: SqliteHand

describeOn(nodeForSharing())('a file whose power was cut while it was written under FULL', () => {
  beforeAll(() => {
    hand = new SqliteHand({ isLasting: true })
  })

  // Twenty times it is looked at, and the log of each look is cut off at ten places.
  test.each([1, 2])(
    'has all that was acknowledged before the place where its log ends (seed %i)',
    { timeout: 120_000 },
    async (seed) => {
      const random = seeded(seed)
      const loops = new SqliteLoops()
      const { child } = await loops.start()
      const cuts = { all: 0, inside: 0 }
      for (let look = 0; look < 10; look++) {
        const seen = loops.acknowledged().length
        await until('it has gone on', () => loops.acknowledged().length > seen + 20 + random() * 200)
        const image = await takeImage(loops, child, join(loops.folder, `image-${look}`))
        for (let cut = 0; cut < 10; cut++) {
          const end = cut === 0 ? image.logBytes : Math.floor(random() * (image.liveBytes + 1))
          const path = `${image.path}-${cut}`
          const lost = cutLog(image, path, end)
          const contents = await contentsOf(hand, path)
          expect(contents.wrongs).toEqual([])
          expect(
            missing(image.acknowledged.slice(0, Math.max(0, image.acknowledged.length - lost)), contents),
          ).toEqual([])
          cuts.all++
          if (lost > 0) cuts.inside++
        }
        await canBeUsed(`${image.path}-9`)
      }
      await child.ask('stop')
      expect(loops.errors()).toEqual([])
      expect(cuts.all).toBe(100)
      expect(cuts.inside).toBeGreaterThan(60)
    },
  )
})

// -------------------------------------------------------------------------------------------------------------------

/** A file with its log at one instant, and what had been acknowledged then: one process made a transaction of each call. */
interface Image {
  readonly path: string
  readonly logBytes: number
  /** Up to the last transaction; behind it the log may have what it had before it began anew. */
  readonly liveBytes: number
  readonly commits: readonly number[]
  readonly acknowledged: readonly Acknowledged[]
}

/** While nobody writes, and nothing of the log stands in the file yet: none of that can be lost, for it was synced before. */
async function takeImage(loops: SqliteLoops, child: ChildProgram, path: string): Promise<Image> {
  await child.freeze()
  while (isMoved(loops.path)) {
    child.thaw()
    const seen = loops.acknowledged().length
    await until('the log begins anew', () => loops.acknowledged().length > seen)
    await child.freeze()
  }
  copyFileSync(loops.path, path)
  copyFileSync(`${loops.path}-wal`, `${path}-wal`)
  const log = readFileSync(`${path}-wal`)
  const acknowledged = loops.acknowledged()
  child.thaw()
  const { commits } = readLog(log)
  return { path, logBytes: log.length, liveBytes: commits.at(-1) ?? log.length, commits, acknowledged }
}

/** A checkpoint has begun to: https://www.sqlite.org/walformat.html#the_checkpoint_info_structure, nBackfillAttempted. */
function isMoved(path: string): boolean {
  return readFileSync(`${path}-shm`).readUInt32LE(128) > 0
}

/** Copies an image, with its log up to some byte; how many transactions are lost with the rest. */
function cutLog(image: Image, path: string, end: number): number {
  copyFileSync(image.path, path)
  copyFileSync(`${image.path}-wal`, `${path}-wal`)
  truncateSync(`${path}-wal`, end)
  return image.commits.filter((commit) => commit > end).length
}

/** The library opens it and goes on. */
async function canBeUsed(path: string): Promise<void> {
  const remote = new RemoteQueue({ path })
  await remote.queue.open({ logger: silentLogger })
  const { pending } = await remote.queue.counts()
  expect(pending).toBeGreaterThan(-1)
  await remote.queue.close()
  await remote.kill()
  expect((await contentsOf(hand, path)).wrongs).toEqual([])
}
