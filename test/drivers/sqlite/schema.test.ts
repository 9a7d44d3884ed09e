import { expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/sqlite/schema.js'
import { StoreStage } from './store-stage.js'

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
    expect.objectContaining({ code: 'SCHEMA_TOO_NEW', facts: { version: 1000, known: 1 } }),
  )
  expect(stage.value("SELECT value FROM riptide_meta WHERE name = 'schema'")).toBe('1000')
})
