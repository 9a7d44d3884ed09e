import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lazy } from '../architecture/map.js'
import { type Format, type InstalledPackage, installPackage } from './installed-package.js'

let app: InstalledPackage

beforeAll(async () => {
  app = await installPackage()
  writeFileSync(join(app.folder, 'hooks.mjs'), hooks)
})
afterAll(() => app.remove())

/** Hooks of the ESM loader that write down what it loads; what `require()` loads stands in its cache. */
const hooks = `
import { appendFileSync } from 'node:fs'
let file
export function initialize(data) { file = data.file }
export async function load(url, context, next) {
  appendFileSync(file, url + '\\n')
  return next(url, context)
}
`

let programs = 0

/** The names of the packages that a program has loaded, in whatever way. */
async function packagesLoadedBy(format: Format, body: string): Promise<unknown> {
  const list = join(app.folder, `loaded-${++programs}`)
  writeFileSync(list, '')
  const begin =
    format === 'esm'
      ? `import { createRequire, register } from 'node:module'
         const require = createRequire(import.meta.url)
         register('./hooks.mjs', import.meta.url, { data: { file: ${JSON.stringify(list)} } })
         const { WorkerService } = await import('riptide-workers')`
      : `const { pathToFileURL } = require('node:url')
         require('node:module').register('./hooks.mjs', pathToFileURL(__filename), { data: { file: ${JSON.stringify(list)} } })
         const { WorkerService } = require('riptide-workers')`
  const source = `
    ${begin}
    async function main() {
      ${body}
    }
    main().then(() => {
      const listed = require('node:fs').readFileSync(${JSON.stringify(list)}, 'utf8').split('\\n')
      const names = [...listed, ...Object.keys(require.cache)].map((path) => path.split('/node_modules/').at(-1).split('/'))
      console.log(JSON.stringify([...new Set(names.map(([a, b]) => (a.startsWith('@') ? a + '/' + b : a)))].sort()))
    })
  `
  return app.evaluate(format, source)
}

describe.each(['esm', 'cjs'] as const)('a process (%s)', (format) => {
  test('that only submits crawls and waits for them loads neither the crawler nor its parsers', async () => {
    const loaded = await packagesLoadedBy(
      format,
      `const service = new WorkerService()
       const { id } = await service.submitJob({ type: 'batch_crawl', urls: ['https://example.com/'] })
       await service.submitJob({ type: 'single_crawl', url: 'https://example.com/' })
       await service.getJob(id)
       await service.waitForJob(id, { timeoutMs: 1 }).catch(() => undefined)
       await service.stop()`,
    )
    expect(loaded).toEqual(expect.arrayContaining(['riptide-workers', 'cron-parser']))
    for (const name of lazy.packages) expect(loaded).not.toContain(name)
  })

  test('that crawls loads them then', async () => {
    const loaded = await packagesLoadedBy(
      format,
      `const service = new WorkerService({ crawl: { respectRobots: false } })
       await service.start()
       const { id } = await service.submitJob({ type: 'batch_crawl', urls: ['http://127.0.0.1:9/'] })
       await service.waitForJob(id, { timeoutMs: 10_000 })
       await service.stop()`,
    )
    expect(loaded).toEqual(expect.arrayContaining([...lazy.packages]))
  })
})
