import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findDriver } from '../../../src/drivers/sqlite/find-driver.js'
import { migrate } from '../../../src/drivers/sqlite/schema.js'
import { noTerms } from '../../../src/core/job-terms.js'
import { keepOfEach, pruneOf } from '../../../src/testing/contract/script.js'
import { tempDirectory } from './drivers-here.js'
import { StoreStage } from './store-stage.js'
import versionOne from './version-1.sql'

test('a file that is up to date is left as it is', async () => {
  const stage = await StoreStage.open()
  stage.submit({})
  const { since } = stage.store.metrics()
  migrate(stage.database, stage.now + 1000)
  expect([stage.store.metrics().since, stage.store.counts(stage.now).pending]).toEqual([since, 1])
})

test('a file of a newer version is refused, and nothing in it is changed', async () => {
  const stage = await StoreStage.open()
  stage.database.exec("UPDATE riptide_meta SET value = '1000' WHERE name = 'schema'")
  expect(() => migrate(stage.database, stage.now)).toThrow(
    expect.objectContaining({ code: 'SCHEMA_TOO_NEW', facts: { version: 1000, known: 2 } }),
  )
  expect(stage.value("SELECT value FROM riptide_meta WHERE name = 'schema'")).toBe('1000')
})

describe('a file of version 1', () => {
  /** The time at which it was written. */
  const then = 1_700_000_000_000

  async function upgraded(): Promise<StoreStage> {
    const path = join(tempDirectory(), 'queue.db')
    const database = (await findDriver(undefined)).open(path)
    database.exec(versionOne)
    database.close()
    return StoreStage.open(path)
  }

  test('is brought up to date in place, with its jobs in every state', async () => {
    const stage = await upgraded()
    expect(stage.value("SELECT value FROM riptide_meta WHERE name = 'schema'")).toBe('2')
    const ids = [
      'completed',
      'dead',
      'retrying',
      'cancelled',
      'first-slot',
      'blocked',
      'delayed',
      'ready',
      'large',
    ]
    const records = ids.map((id) => stage.store.get(id, then))
    expect(records.map((record) => record?.status)).toEqual([
      'completed',
      'dead_letter',
      'retrying',
      'cancelled',
      'processing',
      'blocked',
      'pending',
      'pending',
      'pending',
    ])
    expect(records.map((record) => [record?.terms, record?.waitsFor])).toEqual(ids.map(() => [null, []]))
    expect(records[0]?.result).toEqual({ inline: '{"ok":true}' })
    expect(records[4]).toMatchObject({ progress: '{"value":0.5}', lines: ['half'], worker: 'i1/0' })
    expect(records[5]?.blockedBy).toBe('first-slot')
    expect(records[7]).toMatchObject({ dedupeKey: 'k', payload: '"a"' })
    expect(records[8]?.payload).toHaveLength(5002)
    expect(stage.store.metrics()).toMatchObject({
      since: then,
      types: { task: { submitted: 9, completed: 1, failed: 2 } },
    })
  })

  test('goes on from where it was', async () => {
    const stage = await upgraded()
    stage.now = then + 1
    const run = { id: 'first-slot', fence: stage.store.get('first-slot', then)?.fence ?? '' }
    const outcome = {
      ...run,
      settlement: { kind: 'complete', result: null },
      runMs: 1,
      resultTtlMs: 1,
      keep: true,
    } as const
    expect(stage.cycle({ outcomes: [outcome] }).stale).toEqual([])
    stage.now = then + 5000
    const claims = stage.claim(9)
    expect(claims.map(({ id }) => id)).toEqual(['blocked', 'ready', 'delayed', 'retrying', 'large'])
    stage.end(claims, { kind: 'complete', result: null })
    expect(stage.store.counts(stage.now)).toMatchObject({
      completed: 7,
      dead_letter: 1,
      cancelled: 1,
      pending: 0,
    })
  })

  test('takes jobs that are tied to those in it', async () => {
    const stage = await upgraded()
    stage.submit({ id: 'child', terms: { ...noTerms, dependsOn: [{ id: 'completed', onFailure: 'fail' }] } })
    const all = pruneOf(keepOfEach({ count: 0 }))
    stage.now = then + 10_000_000
    expect(stage.write((store) => store.prune(all, stage.now)).removedJobs).toBe(2)
    expect(stage.store.get('completed', stage.now)?.result).toEqual({ inline: '{"ok":true}' })
  })
})
