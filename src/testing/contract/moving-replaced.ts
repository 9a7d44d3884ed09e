import assert from 'node:assert/strict'
import { movingCase } from './case.js'
import { Road } from './road.js'
import type { Stage } from './stage.js'
import { after, termsOf, unique, waitsFor } from './terms.js'

/** A job that was replaced may be older than those that it depends on. */
export const movingReplacedCases = [
  movingCase('a job comes up behind younger ones that it waits for', ['I7', 'I11'], async (stage) => {
    const road = await Road.away(stage)
    const ids = await olderThanItsOwn(stage)
    for (const items of [1, 2, 100]) {
      const order = (await road.exportAll(Math.min(items, road.mostAtOnce))).map(({ record }) => record.id)
      assert.deepEqual(
        order.filter((id) => ids.includes(id)),
        ids,
        `${items} at a time`,
      )
    }
  }),

  ...[1, 2, 100].map((items) =>
    movingCase(`and goes along with them, ${items} at a time`, ['I7', 'I11'], async (stage) => {
      const road = await Road.away(stage)
      const [root = '', ...ids] = await olderThanItsOwn(stage)
      await road.travel(Math.min(items, road.mostAtOnce))
      assert.equal((await stage.list()).total, 0)
      let before = root
      for (const id of ids) {
        assert.deepEqual((await road.to.get(id))?.waitsFor, [before])
        before = id
      }
    }),
  ),
]

// -------------------------------------------------------------------------------------------------------------------

/** A ready job, and a row of blocked ones behind it that was made from its end; in the order in which they depend on each other. */
async function olderThanItsOwn(stage: Stage): Promise<readonly string[]> {
  const ids = ['root', 'a', 'b', 'c', 'd']
  const youngestLast = ids.slice(1).reverse()
  const root = await stage.add({ id: 'root' })
  for (const id of youngestLast) await stage.add({ id, ...unique(id, 'replace') })
  let before = root
  for (const id of ids.slice(1)) {
    const rule = termsOf({ ...after(before).terms, dedupe: { mode: 'replace', windowMs: null } })
    await stage.submit({ dedupeKey: id, ...rule })
    assert.deepEqual(await waitsFor(stage, id), [before])
    before = id
  }
  return ids
}
