import { describe, expect, test } from 'vitest'
import { type JobTerms, noTerms } from '../../../src/core/job-terms.js'
import type { Database, Statement } from '../../../src/drivers/sqlite/database.js'
import { findDriver } from '../../../src/drivers/sqlite/find-driver.js'
import type { News } from '../../../src/drivers/sqlite/news.js'
import { migrate } from '../../../src/drivers/sqlite/schema.js'
import keyedSql from '../../../src/drivers/sqlite/sql/keyed-lines.sql'
import tiesSql from '../../../src/drivers/sqlite/sql/ties.sql'
import { SqlFile } from '../../../src/drivers/sqlite/sql-file.js'
import { openStore } from '../../../src/drivers/sqlite/store.js'
import {
  complete,
  cycleOf,
  fail,
  jobOf,
  keepOfEach,
  lanes,
  outcomeOf,
  pruneOf,
} from '../../../src/testing/contract/script.js'
import { StoreStage } from './store-stage.js'

/** Tables that only jobs with terms, pauses and settings have rows in. */
const apart = [
  'riptide_terms',
  'riptide_edge',
  'riptide_limit',
  'riptide_start',
  'riptide_group',
  'riptide_keyed',
  'riptide_front',
  'riptide_window',
  'riptide_step',
  'riptide_pause',
  'riptide_setting',
  'riptide_wanted',
]

const terms = (part: Partial<JobTerms>): { readonly terms: JobTerms } => ({ terms: { ...noTerms, ...part } })

describe('jobs without terms', () => {
  test('touch none of the tables of those that have some, from their submission to their end', async () => {
    const { database, executed } = recording((await findDriver(undefined)).open(':memory:'))
    migrate(database, 0)
    const store = openStore(database, silent)
    executed.clear()
    store.submit([jobOf(1, {}), jobOf(2, { delayMs: 1 }), jobOf(3, { dedupeKey: 'k' })], 1000)
    const { claims } = store.cycle(cycleOf({ wanted: lanes(3) }), 1001)
    expect(claims).toHaveLength(3)
    store.cycle(cycleOf({ outcomes: claims.map((run) => outcomeOf(run, complete())) }), 1002)
    expect(store.get('job-1', 1003)?.status).toBe('completed')
    for (const sql of executed) expect(apart.filter((table) => reads(sql, table))).toEqual([])
  })
})

describe('what belongs to terms', () => {
  test('is gone with the jobs that had them', async () => {
    const stage = await StoreStage.open()
    const [parent = ''] = stage.submit({})
    stage.submit(
      { ...terms({ dependsOn: [{ id: parent, onFailure: 'fail' }], notices: ['completed'] }) },
      { ...terms({ concurrency: { key: 'c', max: 1 }, rate: { key: 'r', max: 1, perMs: 1000 } }) },
      { dedupeKey: 'k', ...terms({ dedupe: { mode: 'throttle', windowMs: 1000 } }) },
      { dedupeKey: 'l', ...terms({ dedupe: { mode: 'keep', windowMs: 1000 } }) },
    )
    const types = ['task', 'riptide.notice']
    for (let claims = stage.claim(9, { types }); claims.length > 0; claims = stage.claim(9, { types })) {
      for (const { id, fence } of claims)
        stage.write((store) => store.keepStep({ id, fence, key: 'step', text: '1' }))
      stage.end(claims, complete())
    }
    stage.now += 2000
    stage.cycle()
    stage.write((store) => store.prune(pruneOf(keepOfEach({ count: 0 })), stage.now))
    stage.write((store) => store.prune(pruneOf(keepOfEach({ count: 0 })), stage.now))
    expect(stage.store.counts(stage.now)).toMatchObject({ completed: 0, pending: 0, blocked: 0 })
    expect(apart.map((table) => [table, stage.value(`SELECT count(*) FROM ${table}`)])).toEqual(
      apart.map((table) => [table, 0]),
    )
    expect(stage.value('SELECT flags FROM riptide_head')).toBe(0)
  })

  test('is no burden when there is much of it: neither a turn nor an edge is looked for among all', async () => {
    const stage = await StoreStage.open()
    const plans: string[] = []
    for (const [file, name, values] of [
      [keyedSql, 'best', 2],
      [keyedSql, 'of group', 2],
      [keyedSql, 'job', 4],
      [tiesSql, 'waiting children', 2],
      [tiesSql, 'parents', 2],
      [tiesSql, 'some child', 1],
    ] as const) {
      const text = new SqlFile(stage.database, file).text(name)
      const rows = stage.database
        .prepare(`EXPLAIN QUERY PLAN ${text}`)
        .all(...Array.from({ length: values }, () => 1))
      plans.push(...rows.map(({ detail }) => String(detail)))
    }
    expect(plans.filter((detail) => /^SCAN|TEMP B-TREE FOR ORDER BY.*served/.test(detail))).toEqual([])
    expect(plans.some((detail) => detail.includes('riptide_front_by_turn'))).toBe(true)
  })

  test('comes whole out of a file, whatever signs it has', async () => {
    const hard = 'NUL \0, half a pair \ud83c, a mark \u001a0041 and 🌊'
    const stage = await StoreStage.open()
    const given = terms({
      concurrency: { key: hard, max: 2 },
      rate: { key: hard, max: 3, perMs: 10 },
      dedupe: { mode: 'throttle', windowMs: 50 },
    })
    const [id = ''] = stage.submit({ type: hard, dedupeKey: hard, ...given })
    expect(stage.store.get(id, stage.now)?.terms).toEqual(given.terms)
    const [answer] = stage.write((store) => store.submit([jobOf(99, { dedupeKey: hard })], stage.now))
    expect(answer).toEqual({ kind: 'standing', id, status: 'pending' })
    stage.write((store) => store.pause(hard))
    expect(stage.store.pauses()).toEqual({ queue: false, types: [hard] })
    expect(stage.claim(1, { types: [hard] })).toEqual([])
    stage.write((store) => store.resume(hard))
    const [run] = stage.claim(1, { types: [hard] })
    const step = { id, fence: run?.fence ?? '', key: hard, text: hard }
    stage.write((store) => store.keepStep(step))
    expect(stage.store.steps(step)).toEqual([{ key: hard, text: hard }])
    const query = { concurrency: hard, rate: hard }
    expect(stage.store.keyState(query, stage.now)).toMatchObject({
      concurrency: { max: 2, running: 1 },
      rate: { max: 3, perMs: 10, freeAt: null },
    })
  })
})

describe('a hand from outside', () => {
  test('that took away one that is waited for leaves nobody blocked', async () => {
    const stage = await StoreStage.open()
    const [parent = ''] = stage.submit({})
    const [child = ''] = stage.submit(terms({ dependsOn: [{ id: parent, onFailure: 'fail' }] }))
    stage.database.exec(`DELETE FROM riptide_job WHERE id = '${parent}'`)
    expect(stage.write((store) => store.mend(stage.now))).toContainEqual({ what: 'blocked', of: child })
    expect(stage.store.get(child, stage.now)).toMatchObject({ status: 'pending', waitsFor: [] })
  })

  test('that took away a run with a key leaves the key free', async () => {
    const stage = await StoreStage.open()
    stage.submit(terms({ concurrency: { key: 'k', max: 1 } }), terms({ concurrency: { key: 'k', max: 1 } }))
    expect(stage.claim(2)).toHaveLength(1)
    stage.database.exec('DELETE FROM riptide_lease')
    stage.write((store) => store.mend(stage.now))
    expect(stage.store.keyState({ concurrency: 'k', rate: null }, stage.now).concurrency).toEqual({
      max: 1,
      running: 0,
    })
    expect(stage.claim(2)).toHaveLength(1)
  })

  test('that took nothing away finds nothing to be mended', async () => {
    const stage = await StoreStage.open()
    const keys = terms({ concurrency: { key: 'k', max: 1 } })
    const [parent = '', bad = ''] = stage.submit({}, {}, keys, keys)
    stage.submit(terms({ dependsOn: [parent, bad].map((id) => ({ id, onFailure: 'ignore' as const })) }))
    stage.end(stage.claim(1), fail())
    expect(stage.write((store) => store.mend(stage.now))).toEqual([])
  })
})

// -------------------------------------------------------------------------------------------------------------------

const silent: News = {
  wantsEnds: false,
  wantsMoves: false,
  readied: () => undefined,
  ended: () => undefined,
  moved: () => undefined,
  interrupted: () => undefined,
  stepDue: () => undefined,
  schedulesChanged: () => undefined,
  waits: () => undefined,
  stopsWaiting: () => undefined,
}

/** Whether a statement names a table otherwise than for those jobs alone that are marked. */
function reads(sql: string, table: string): boolean {
  return new RegExp(`\\b${table}\\b`).test(sql.replace(/CASE WHEN j\.marks.*? END/gs, ''))
}

/** A database that notes what is executed. */
function recording(database: Database): { readonly database: Database; readonly executed: Set<string> } {
  const executed = new Set<string>()
  const prepare = (sql: string): Statement => {
    const statement = database.prepare(sql)
    const note = <T>(act: () => T): T => {
      executed.add(sql)
      return act()
    }
    return {
      run: (...values) => note(() => statement.run(...values)),
      get: (...values) => note(() => statement.get(...values)),
      all: (...values) => note(() => statement.all(...values)),
    }
  }
  const { driver, version } = database
  return {
    database: { driver, version, prepare, exec: (sql) => database.exec(sql), close: () => database.close() },
    executed,
  }
}
