import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolveSqliteOptions } from '../../../src/drivers/sqlite/sqlite-options.js'

/** What these options are refused with. */
function refusal(options: unknown): unknown {
  try {
    return resolveSqliteOptions(options as never)
  } catch (error) {
    return error
  }
}

describe('the options of a queue on SQLite', () => {
  test('are complete with a path alone', () => {
    const options = resolveSqliteOptions({ path: 'data/jobs.db' })
    expect(options).toEqual({
      path: resolve('data/jobs.db'),
      synchronous: 'full',
      inline: false,
      driver: undefined,
      busyTimeoutMs: 5000,
      threadUrl: undefined,
    })
    expect(Object.isFrozen(options)).toBe(true)
  })

  test('are inline without a file', () => {
    expect(resolveSqliteOptions({ path: ':memory:' })).toMatchObject({ path: ':memory:', inline: true })
  })

  test('keep what is given', () => {
    const given = { synchronous: 'normal', driver: 'libsql', busyTimeoutMs: 0 } as const
    const threadUrl = new URL('file:///app/thread.js')
    expect(resolveSqliteOptions({ path: '/jobs.db', ...given, threadUrl })).toMatchObject({
      ...given,
      threadUrl: 'file:///app/thread.js',
    })
    expect(resolveSqliteOptions({ path: '/jobs.db', inline: true })).toMatchObject({ inline: true })
  })

  test.each([
    ['no options', undefined, '/'],
    ['no path', {}, '/path'],
    ['an empty path', { path: '' }, '/path'],
    ['a blank path', { path: '  ' }, '/path'],
    ['a path that is no text', { path: new URL('file:///jobs.db') }, '/path'],
    ['a NUL in the path', { path: 'a\0b.db' }, '/path'],
    ['half a surrogate pair in the path', { path: 'a\ud800.db' }, '/path'],
    ['a path that is too long', { path: 'a'.repeat(4097) }, '/path'],
    ['a url as the path', { path: 'file:jobs.db?mode=memory' }, '/path'],
    ['a url in capitals as the path', { path: 'FILE:///jobs.db' }, '/path'],
    ['a misspelt name of memory', { path: ':memory' }, '/path'],
    ['an unknown word for synchronous', { path: 'x', synchronous: 'off' }, '/synchronous'],
    ['an unknown driver', { path: 'x', driver: 'sqlite3' }, '/driver'],
    ['a thread for memory', { path: ':memory:', inline: false }, '/inline'],
    ['inline that is no boolean', { path: 'x', inline: 'yes' }, '/inline'],
    ['a negative time', { path: 'x', busyTimeoutMs: -1 }, '/busyTimeoutMs'],
    ['half a millisecond', { path: 'x', busyTimeoutMs: 0.5 }, '/busyTimeoutMs'],
    ['a thread from the net', { path: 'x', threadUrl: 'https://example.com/thread.js' }, '/threadUrl'],
    ['a path as the url of the thread', { path: 'x', threadUrl: './thread.js' }, '/threadUrl'],
    ['a thread that is not used', { path: 'x', inline: true, threadUrl: 'file:///thread.js' }, '/threadUrl'],
  ])('are refused with %s', (_, options, path) => {
    expect(refusal(options)).toMatchObject({ code: 'CONFIG_INVALID', path })
  })

  test('name the option that was meant', () => {
    expect(refusal({ path: 'x', syncronous: 'full' })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('did you mean "synchronous"?') as string,
    })
  })
})
