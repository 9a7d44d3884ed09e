import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { examineFile } from '../../../src/drivers/sqlite/database-file.js'
import { tempDirectory } from './drivers-here.js'

const isPosix = process.platform !== 'win32'
const mayDoAll = process.getuid?.() === 0

/** A directory as it is named without links. */
function directory(): string {
  return realpathSync.native(tempDirectory())
}

/** What this path is refused with. */
function refusal(path: string): unknown {
  try {
    return examineFile(path)
  } catch (error) {
    return error
  }
}

describe('a path for a database', () => {
  test('may lead to nothing yet', () => {
    const path = join(directory(), 'jobs.db')
    expect(examineFile(path)).toEqual({ path, exists: false })
  })

  test('may lead to a file', () => {
    const path = join(directory(), 'jobs.db')
    writeFileSync(path, '')
    expect(examineFile(path)).toEqual({ path, exists: true })
  })

  test.runIf(isPosix)('is followed through links, of files and of directories', () => {
    const home = directory()
    mkdirSync(join(home, 'real'))
    writeFileSync(join(home, 'real', 'jobs.db'), '')
    symlinkSync('real', join(home, 'linked'))
    symlinkSync('real/jobs.db', join(home, 'link.db'))
    expect(examineFile(join(home, 'link.db')).path).toBe(join(home, 'real', 'jobs.db'))
    expect(examineFile(join(home, 'linked', 'new.db')).path).toBe(join(home, 'real', 'new.db'))
  })

  test('is refused for a file of several names, of which each would have a log of its own', () => {
    const home = directory()
    writeFileSync(join(home, 'jobs.db'), '')
    linkSync(join(home, 'jobs.db'), join(home, 'other.db'))
    expect(refusal(join(home, 'other.db'))).toMatchObject({
      code: 'STORE_OPEN_FAILED',
      facts: { reason: 'hard-links' },
    })
  })

  test('is refused where the file was deleted and its log was not', () => {
    const path = join(directory(), 'jobs.db')
    writeFileSync(`${path}-wal`, 'what was acknowledged')
    expect(refusal(path)).toMatchObject({ code: 'STORE_OPEN_FAILED', facts: { reason: 'emptied' } })
  })

  test('is refused for a directory', () => {
    expect(refusal(directory())).toMatchObject({ code: 'STORE_OPEN_FAILED', facts: { reason: 'no-file' } })
  })

  test('is refused in a directory that does not exist, and none is made', () => {
    const home = directory()
    expect(refusal(join(home, 'none', 'jobs.db'))).toMatchObject({
      code: 'STORE_OPEN_FAILED',
      facts: { reason: 'directory-missing' },
      cause: { code: 'ENOENT' },
    })
    expect(readdirSync(home)).toEqual([])
  })

  test('is refused below a file', () => {
    const path = join(directory(), 'file')
    writeFileSync(path, 'text')
    expect(refusal(join(path, 'jobs.db'))).toMatchObject({ code: 'STORE_OPEN_FAILED' })
  })

  test.runIf(isPosix)('is refused for a link to nothing, and for links in a circle', () => {
    const home = directory()
    symlinkSync('gone.db', join(home, 'link.db'))
    symlinkSync('loop.db', join(home, 'loop.db'))
    const facts = { reason: 'dangling-link' }
    expect(refusal(join(home, 'link.db'))).toMatchObject({ code: 'STORE_OPEN_FAILED', facts })
    expect(refusal(join(home, 'loop.db'))).toMatchObject({ code: 'STORE_OPEN_FAILED', facts })
    expect(readdirSync(home).sort()).toEqual(['link.db', 'loop.db'])
  })

  test.runIf(isPosix)('is refused for a pipe and a device, without waiting for them', () => {
    const pipe = join(directory(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const facts = { reason: 'no-file' }
    expect(refusal(pipe)).toMatchObject({ code: 'STORE_OPEN_FAILED', facts })
    expect(refusal('/dev/null')).toMatchObject({ code: 'STORE_OPEN_FAILED', facts })
  })

  test.runIf(process.platform === 'linux').each(['/proc/jobs.db', '/proc/version', '/sys/jobs.db'])(
    'is refused among the files that the kernel makes: %s',
    (path) => {
      expect(refusal(path)).toMatchObject({ code: 'STORE_OPEN_FAILED', facts: { reason: 'file-system' } })
    },
  )

  test.runIf(isPosix)('is refused when a name in it is too long', () => {
    expect(refusal(join(directory(), 'a'.repeat(300)))).toMatchObject({
      code: 'STORE_OPEN_FAILED',
      cause: { code: 'ENAMETOOLONG' },
    })
  })

  // Who may do all is refused nothing.
  describe.runIf(isPosix && !mayDoAll)('without rights', () => {
    const facts = { reason: 'not-allowed' }

    test.each([0o000, 0o400, 0o200])('is refused for a file of mode %i', (mode) => {
      const path = join(directory(), 'jobs.db')
      writeFileSync(path, '')
      chmodSync(path, mode)
      expect(refusal(path)).toMatchObject({ code: 'STORE_OPEN_FAILED', facts })
    })

    test.each([false, true])(
      'is refused in a directory that is read-only, with the file in it: %s',
      (exists) => {
        const home = directory()
        if (exists) writeFileSync(join(home, 'jobs.db'), '')
        chmodSync(home, 0o500)
        expect(refusal(join(home, 'jobs.db'))).toMatchObject({ code: 'STORE_OPEN_FAILED', facts })
        chmodSync(home, 0o700)
      },
    )

    test('is refused below a directory that may not be entered', () => {
      const home = directory()
      mkdirSync(join(home, 'closed'))
      chmodSync(join(home, 'closed'), 0o000)
      expect(refusal(join(home, 'closed', 'jobs.db'))).toMatchObject({ code: 'STORE_OPEN_FAILED', facts })
    })
  })
})
