import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, onTestFinished } from 'vitest'
import { tempDirectory } from '../drivers/sqlite/drivers-here.js'

/** `describe` for what needs a small disk of its own: whoever may not mount one leaves it out, and says so. */
export const describeSmallDisk: typeof describe | typeof describe.skip = mayMount() ? describe : skipLoudly()

/** A disk in memory with so many bytes, as long as the test runs. */
export function smallDisk(bytes: number): string {
  const folder = join(tempDirectory(), 'disk')
  mkdirSync(folder)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder])
  // Lazily: a process of the test may still have a file open there.
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]))
  return folder
}

/** Takes so many bytes of a disk; answers how to give them back. */
export function takeUp(folder: string, bytes: number): () => void {
  const path = join(folder, 'ballast')
  writeFileSync(path, randomBytes(bytes))
  return () => rmSync(path)
}

// -------------------------------------------------------------------------------------------------------------------

function mayMount(): boolean {
  try {
    // In a namespace of its own: nothing is left of it.
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function skipLoudly(): typeof describe.skip {
  process.stderr.write('no disk can be mounted here: what needs a small one is LEFT OUT\n')
  return describe.skip
}
