import { expect, test, vi } from 'vitest'
import type { Driver, DriverName } from '../../../src/drivers/sqlite/database.js'
import { type Loaders, findDriver } from '../../../src/drivers/sqlite/find-driver.js'

const missing = (): Promise<Driver> => Promise.reject(new Error('it is not installed'))

/** Drivers with these versions of SQLite; what is not named is not installed. */
function installed(versions: Partial<Record<DriverName, string>>): Loaders {
  const loader = (name: DriverName): (() => Promise<Driver>) => {
    const version = versions[name]
    if (version === undefined) return missing
    return () => Promise.resolve({ name, version, open: () => expect.unreachable() })
  }
  return {
    'node:sqlite': loader('node:sqlite'),
    'better-sqlite3': loader('better-sqlite3'),
    libsql: loader('libsql'),
  }
}

test.each([
  [
    'all are new enough',
    { 'node:sqlite': '3.53.4', 'better-sqlite3': '3.53.2', libsql: '3.60.0' },
    'node:sqlite',
  ],
  ['Node has none', { 'better-sqlite3': '3.51.3', libsql: '3.45.1' }, 'better-sqlite3'],
  [
    "Node's own is too old for several processes",
    { 'node:sqlite': '3.47.2', 'better-sqlite3': '3.53.2' },
    'better-sqlite3',
  ],
  [
    'only the last is new enough',
    { 'node:sqlite': '3.47.2', 'better-sqlite3': '3.49.0', libsql: '3.52.0' },
    'libsql',
  ],
  ['none is new enough for several processes', { 'node:sqlite': '3.47.2', libsql: '3.45.1' }, 'node:sqlite'],
  ['the first is too old altogether', { 'better-sqlite3': '3.40.1', libsql: '3.45.1' }, 'libsql'],
] as const)('when %s, it is %s that is taken', async (_, versions, name) => {
  expect(await findDriver(undefined, installed(versions))).toMatchObject({ name })
})

test('the driver that is asked for is taken, and no other looked at', async () => {
  const loaders = installed({ libsql: '3.45.1' })
  const node = vi.fn(loaders['node:sqlite'])
  expect(await findDriver('libsql', { ...loaders, 'node:sqlite': node })).toMatchObject({ name: 'libsql' })
  expect(node).not.toHaveBeenCalled()
})

test('no driver at all is an error that says what to install, and why each is not there', async () => {
  const refused = await findDriver(undefined, installed({ libsql: '3.40.0' })).catch(
    (error: unknown) => error,
  )
  expect(refused).toMatchObject({
    code: 'CONFIG_INVALID',
    path: '/driver',
    message: expect.stringMatching(
      /^no driver for SQLite can be used.*Node 22\.13.*npm install better-sqlite3.*node:sqlite: it is not installed.*libsql: it has SQLite 3\.40\.0/,
    ) as string,
    cause: expect.any(AggregateError) as Error,
  })
})

test('a driver that is asked for and missing is an error, even when another is there', async () => {
  await expect(findDriver('better-sqlite3', installed({ libsql: '3.53.0' }))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/better-sqlite3 cannot be used.*npm install better-sqlite3/) as string,
    cause: { message: 'it is not installed' },
  })
})

test('one of those installed here works', async () => {
  const driver = await findDriver(undefined)
  expect(driver.open(':memory:').prepare('SELECT 1 AS one').get()).toEqual({ one: 1 })
})
