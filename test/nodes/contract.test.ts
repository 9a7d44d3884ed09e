import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { describeOn, nodeOf, pathOf } from './other-node.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const suites = ['contract/sqlite.test.ts', 'sqlite/database.test.ts', 'sqlite/submit-in.test.ts']

describeOn(nodeOf(22))('on Node 22', () => keepsTheContract(22))
// A thread is the same everywhere, and takes as long again: once with a driver that Node brings is enough.
describeOn(nodeOf(24))('on Node 24', () => keepsTheContract(24, ['contract/sqlite-thread.test.ts']))
describeOn(nodeOf(26))('on Node 26', () => keepsTheContract(26))

// -------------------------------------------------------------------------------------------------------------------

/** With the SQLite that this Node brings: it is the driver that is taken where it is there. */
function keepsTheContract(major: number, more: readonly string[] = []): void {
  test('the SQLite queue keeps the contract', { timeout: 300_000 }, async () => {
    const { numPassedTests, testResults } = await runSuites(pathOf(nodeOf(major)), [...suites, ...more])
    const results = testResults.flatMap(({ message, assertionResults }) =>
      assertionResults.length > 0 ? assertionResults : [{ fullName: message, status: 'failed' }],
    )
    expect(results.flatMap(({ fullName, status }) => (status === 'failed' ? [fullName] : []))).toEqual([])
    expect(numPassedTests).toBeGreaterThan(300)
  })
}

/** What of vitest's report matters here. */
interface Report {
  readonly numPassedTests: number
  readonly testResults: readonly {
    /** Why the file could not be run. */
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

function runSuites(node: string, names: readonly string[]): Promise<Report> {
  const files = names.map((name) => `test/drivers/${name}`)
  const options = ['--config', '.config/vitest.config.ts', '--reporter', 'json']
  // What the vitest around this one has set is about itself.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS)/.test(name)),
  )
  return new Promise((resolve, reject) => {
    execFile(
      node,
      ['node_modules/vitest/vitest.mjs', 'run', ...options, ...files],
      { cwd: root, env, maxBuffer: 2 ** 26 },
      // A failed test makes it fail; the report says which.
      (error, stdout, stderr) => {
        const start = stdout.indexOf('{"numTotalTestSuites"')
        if (start < 0) reject(new Error(`vitest gave no report: ${stderr}`, { cause: error }))
        else resolve(JSON.parse(stdout.slice(start)) as Report)
      },
    )
  })
}
