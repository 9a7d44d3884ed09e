import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** How many times a second this disk takes a page and says that it has it: what each commit under FULL has to wait for. */
export function syncsPerSecond(folder, seconds = 2) {
  const path = join(folder, 'fsync-loop')
  const file = openSync(path, 'w')
  const page = Buffer.alloc(4096, 1)
  const start = performance.now()
  let count = 0
  while (performance.now() - start < seconds * 1000) {
    writeSync(file, page, 0, page.length, count * page.length)
    fdatasyncSync(file)
    count++
  }
  const taken = (performance.now() - start) / 1000
  closeSync(file)
  rmSync(path)
  return count / taken
}
