import { execFile } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { version } from '../../src/core/version.js'
import { type InstalledPackage, installPackage, manifest, root } from './installed-package.js'

const run = promisify(execFile)
let app: InstalledPackage

beforeAll(async () => {
  app = await installPackage()
})
afterAll(() => app.remove())

describe('the package', () => {
  test('holds what was built and its papers, nothing else', () => {
    const others = app.files.filter(
      (file) => !/^dist\/.+\.(js|cjs|d\.ts|d\.cts|map)$/.test(file) && !/^docs\/.+\.md$/.test(file),
    )
    expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
  })

  test('passes publint and attw', async () => {
    const { stdout } = await run('npm', ['run', '--silent', 'package:check'], { cwd: root })
    expect(stdout).toContain('All good!')
    expect(stdout).toContain('riptide-workers/testing')
  })

  test('names the version that its user agent says', () => {
    expect(version).toBe(manifest.version)
  })

  test('has no map that names a place of the machine it was built on', () => {
    const maps = app.files.filter((file) => file.endsWith('.map'))
    expect(maps.length).toBeGreaterThan(4)
    const sources = maps.flatMap((file) => {
      const text = readFileSync(join(app.folder, 'node_modules', manifest.name, file), 'utf8')
      return (JSON.parse(text) as { sources: string[] }).sources
    })
    expect(sources.filter((path) => !path.includes('../src/'))).toEqual([])
  })
})

describe('the repository', () => {
  test('has a lock file that ties nobody to one registry', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; integrity?: string }>
    }
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100)
    expect(Object.values(lock.packages).filter((one) => one.resolved !== undefined)).toEqual([])
  })

  test('names no place of the machine it was written on', () => {
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && /\.(ts|js|mjs|cjs|json|md|html|css|sql|lua)$|^run$/.test(entry.name),
      )
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((path) => !/(^|[\\/])(node_modules|dist|\.git)[\\/]/.test(path))
    expect(files).toEqual(
      expect.arrayContaining(['package.json', join('src', 'index.ts'), join('.ci', 'run')]),
    )
    const places = new RegExp(`(^|[\\s"'\`(=:])/(${['work', 'root', 'home', 'Users'].join('|')})/[a-z]`)
    expect(files.filter((path) => places.test(readFileSync(join(root, path), 'utf8')))).toEqual([])
  })
})
