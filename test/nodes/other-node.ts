import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'
import { allowsSeveralConnections } from '../../src/drivers/sqlite/sqlite-version.js'

/** A Node that programs can be run with, or why there is none. */
export type OtherNode = { readonly path: string } | { readonly why: string }

/** The newest Node of a major version that npm has; installed when it is first asked for, and kept. */
export function nodeOf(major: number): OtherNode {
  const node = known.get(major) ?? found(major)
  known.set(major, node)
  return node
}

/** A Node whose own SQLite may be shared by several processes: the one that runs this, where it is new enough. */
export function nodeForSharing(): OtherNode {
  const { sqlite } = process.versions
  return sqlite !== undefined && allowsSeveralConnections(sqlite) ? { path: process.execPath } : nodeOf(24)
}

/** `describe` for what needs such a Node: where it cannot be had that is left out and says so, but on CI it fails. */
export function describeOn(node: OtherNode): typeof describe | typeof describe.skip {
  if ('path' in node || process.env.CI !== undefined) return describe
  process.stderr.write(`${node.why}: what needs it is LEFT OUT\n`)
  return describe.skip
}

/** Where it is. */
export function pathOf(node: OtherNode): string {
  if ('why' in node) throw new Error(node.why)
  return node.path
}

// -------------------------------------------------------------------------------------------------------------------

/** Below a folder that is no part of the repository. */
const homes = fileURLToPath(new URL('node_modules/.nodes', import.meta.url))

const known = new Map<number, OtherNode>()

function found(major: number): OtherNode {
  const home = join(homes, String(major))
  const path = join(home, 'node_modules/node/bin/node')
  if (existsSync(path)) return { path }
  try {
    install(major, home)
  } catch (error) {
    if (!existsSync(path)) return { why: `Node ${major} could not be installed: ${reasonOf(error)}` }
  }
  return { path }
}

/** First beside the place, for another test may be at it too; whoever comes last has come for nothing. */
function install(major: number, home: string): void {
  const beside = `${home}-${process.pid}`
  mkdirSync(beside, { recursive: true })
  writeFileSync(join(beside, 'package.json'), '{ "private": true }')
  const options = [
    '--prefix',
    beside,
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--fetch-retry-mintimeout=500',
  ]
  try {
    execFileSync('npm', ['install', ...options, `node@^${major}`], {
      cwd: beside,
      stdio: 'pipe',
      timeout: 120_000,
    })
    renameSync(beside, home)
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

/** What npm says went wrong, in a line. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return /^npm error (.*)/m.exec(text)?.[1] ?? text
}
