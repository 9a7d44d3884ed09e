import { expect, test } from 'vitest'
import {
  allowsSeveralConnections,
  isAtLeast,
  refuseSeveralProcesses,
} from '../../../src/drivers/sqlite/sqlite-version.js'

test.each([
  ['3.51.3', '3.51.3', true],
  ['3.51.2', '3.51.3', false],
  ['3.52.0', '3.51.3', true],
  ['3.9.0', '3.51.3', false],
  ['4.0.0', '3.51.3', true],
  ['3.53', '3.51.3', true],
  ['nonsense', '3.51.3', false],
])('whether %s is %s or newer: %s', (version, oldest, answer) => {
  expect(isAtLeast(version, oldest)).toBe(answer)
})

test.each([
  ['3.45.1', false],
  ['3.47.2', false],
  ['3.51.3', true],
  ['3.53.4', true],
])('SQLite %s with several connections: %s', (version, answer) => {
  expect(allowsSeveralConnections(version)).toBe(answer)
})

test('an old SQLite is fine alone, and refused beside another process', () => {
  const old = { name: 'libsql', version: '3.45.1' } as const
  expect(() => refuseSeveralProcesses(old, 0, '/data/jobs.db')).not.toThrow()
  expect(() => refuseSeveralProcesses(old, 1, '/data/jobs.db')).toThrow(
    expect.objectContaining({
      code: 'STORE_OPEN_FAILED',
      message: expect.stringMatching(/\/data\/jobs\.db.*3\.45\.1 \(libsql\).*3\.51\.3/) as string,
      facts: { reason: 'sqlite-too-old', driver: 'libsql', version: '3.45.1', others: 1 },
    }),
  )
  expect(() => refuseSeveralProcesses({ name: 'node:sqlite', version: '3.53.4' }, 7, '/x')).not.toThrow()
})
