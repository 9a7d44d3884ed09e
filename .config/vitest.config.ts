import { fileURLToPath } from 'node:url'
import { type TestProjectInlineConfiguration, defineConfig } from 'vitest/config'
import { importTexts } from './text-files.js'
import { buildThreads } from './thread-entries.js'

const folders = (...names: readonly string[]): string[] => names.map((name) => `test/${name}/**/*.test.ts`)

/** Leave nothing behind, and touch nothing outside: many files share a process, and what it has loaded. */
const plain = folders(
  ...['architecture', 'core', 'docs', 'engine', 'http', 'sealed', 'service', 'templates', 'testing'],
)
/** The whole contract on every store and Node: long, and whatever else the machine does. */
const contract = folders('nodes', 'drivers/contract')
/** Whole apps and processes, also killed ones, with leases of a second: one file after another. */
const whole = folders('e2e', 'examples', 'faults', 'migrate', 'package')

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [importTexts(), buildThreads()],
  test: {
    pool: 'forks',
    // Tests wait for events, never for time to pass: these only end a test that hangs, on a slow machine too.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default'],
    projects: [
      project('plain', 0, { include: plain, isolate: false, maxWorkers: 2 }),
      project('contract', 1, { include: contract, maxWorkers: 2 }),
      project('parts', 2, { exclude: [...plain, ...contract, ...whole], maxWorkers: 2 }),
      project('whole', 3, { include: whole, maxWorkers: 1 }),
    ],
  },
})

// -------------------------------------------------------------------------------------------------------------------

/** Some of the tests, which run when those before them are over. */
function project(
  name: string,
  groupOrder: number,
  test: TestProjectInlineConfiguration['test'] & object,
): TestProjectInlineConfiguration {
  const { include = ['test/**/*.test.ts'], exclude = [] } = test
  return {
    extends: true,
    test: { ...test, name, include, exclude: [...exclude, 'test/bench/**'], sequence: { groupOrder } },
  }
}
