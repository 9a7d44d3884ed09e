import { describe, expect, test } from 'vitest'
import { type MigrateReport, type QueueAdapter, migrate } from '../../src/index.js'
import { FakeClock } from '../../src/testing/index.js'
import { type Contents, contentsOf, load, nothing, opened } from './cargo.js'
import { Saboteur } from './saboteur.js'
import { type Kind, stores, ways } from './stores.js'
import { whereabouts } from './whereabouts.js'

const moments = ['before', 'after'] as const

interface Scene {
  readonly source: QueueAdapter
  readonly target: QueueAdapter
  readonly before: Contents
  /** One call of migrate in a process that dies at its nth call to a store; undefined when it died. */
  readonly attempt: (dieAt: number, when: (typeof moments)[number]) => Promise<MigrateReport | undefined>
}

/** A full store, an empty one, and the way between them. */
async function play(from: Kind, to: Kind, jobs: number, act: (scene: Scene) => Promise<void>): Promise<void> {
  const [here, there, clock] = [await stores[from](), await stores[to](), new FakeClock()]
  const [source, target] = [here(), there()]
  await opened([source, target], clock, async () => {
    await load(source, clock, jobs)
    const before = await contentsOf(source)
    const attempt: Scene['attempt'] = async (dieAt, when) => {
      const saboteur = new Saboteur(dieAt, when)
      const call = migrate(saboteur.queue(here()), saboteur.queue(there()), { clock, batchSize: 9 })
      const report = await call.catch((error: unknown) => {
        if (!saboteur.hasDied) throw error
        return undefined
      })
      const found = await whereabouts(source, target)
      expect([...found.keys()].sort(), 'no job is lost').toEqual(Object.keys(before.jobs).sort())
      expect(
        [...found].filter(([, places]) => places.length > 1),
        'no job is in two places',
      ).toEqual([])
      return report
    }
    await act({ source, target, before, attempt })
  })
}

async function expectMoved({ source, target, before }: Scene, report?: MigrateReport): Promise<void> {
  expect(report).toMatchObject({ conflicts: [], left: 0 })
  expect(await contentsOf(target)).toEqual(before)
  expect(await contentsOf(source)).toMatchObject(nothing)
}

describe.each(moments)('a process that dies %s a call takes effect', (when) => {
  test('loses and doubles nothing, at whatever call, when migrate is called again', async () => {
    let isOver = false
    for (let dieAt = 1; !isOver; dieAt++) {
      await play('memory', 'memory', 22, async (scene) => {
        isOver = (await scene.attempt(dieAt, when)) !== undefined
        await expectMoved(scene, await scene.attempt(Infinity, when))
      })
    }
  })

  test.each(ways)('again and again, each time a call later, from %s to %s', async (from, to) => {
    await play(from, to, 30, async (scene) => {
      let report: MigrateReport | undefined
      for (let dieAt = 1; report === undefined; dieAt++) report = await scene.attempt(dieAt, when)
      await expectMoved(scene, report)
    })
  })
})
