import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Format, type InstalledPackage, entries, installPackage } from './installed-package.js'

const formats: readonly Format[] = ['esm', 'cjs']
let app: InstalledPackage

beforeAll(async () => {
  app = await installPackage()
})
afterAll(() => app.remove())

/** A statement that binds a name to all an entry exports. */
const load = (format: Format, name: string, entry: string): string =>
  format === 'esm' ? `import * as ${name} from '${entry}'` : `const ${name} = require('${entry}')`

describe('each entry', () => {
  test.each(entries)('%s exports the same names to import and to require', async (entry) => {
    const [esm, cjs] = await Promise.all(
      formats.map((format) =>
        app.evaluate(
          format,
          `${load(format, 'all', entry)}\nconsole.log(JSON.stringify(Object.keys(all).sort()))`,
        ),
      ),
    )
    expect(esm).toEqual(cjs)
    expect(esm).not.toEqual([])
    expect(esm).not.toContain('default')
  })

  test.each(entries.flatMap((entry) => formats.map((format) => [entry, format] as const)))(
    '%s does nothing when it is loaded (%s)',
    async (entry, format) => {
      const source = `
        // Node opens these when they are first touched, by whomever.
        const standard = [process.stdout, process.stderr]
        const turn = () => new Promise((resolve) => setImmediate(resolve))
        async function look() {
          for (let i = 0; i < 5; i++) await turn()
          return {
            resources: process.getActiveResourcesInfo().sort(),
            listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
            globals: Object.getOwnPropertyNames(globalThis),
          }
        }
        async function main() {
          const before = await look()
          ${format === 'esm' ? `await import('${entry}')` : `require('${entry}')`}
          console.log(JSON.stringify({ before, after: await look() }))
        }
        main()
      `
      const { before, after } = (await app.evaluate(format, source)) as { before: unknown; after: unknown }
      expect(after).toEqual(before)
    },
  )
})

describe.each(formats)('the errors (%s)', (format) => {
  test('are of one class, whichever entry throws them', async () => {
    const source = `
      ${load(format, 'main', 'riptide-workers')}
      ${load(format, 'http', 'riptide-workers/http')}
      let thrown
      try {
        http.createHandler({})
      } catch (error) {
        thrown = error
      }
      console.log(JSON.stringify([thrown instanceof main.RiptideError, thrown.code, main.isRiptideError(thrown)]))
    `
    expect(await app.evaluate(format, source)).toEqual([true, 'CONFIG_INVALID', true])
  })
})

describe('two copies of the package', () => {
  test('know each other’s errors', async () => {
    const source = `
      import { createRequire } from 'node:module'
      import { RiptideError, isRiptideError } from 'riptide-workers'
      const other = createRequire(import.meta.url)('riptide-workers')
      const error = new other.RiptideError('TIMEOUT', 'too late')
      console.log(JSON.stringify([error instanceof RiptideError, isRiptideError(error), other.isRiptideError(error)]))
    `
    expect(await app.evaluate('esm', source)).toEqual([false, true, true])
  })
})
