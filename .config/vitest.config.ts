import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { importTexts } from './text-files.js'
import { buildThreads } from './thread-entries.js'

const plain = [
  'core',
  'engine',
  'http',
  'service',
  'sealed',
  'templates',
  'testing',
  'docs',
  'architecture',
].map((folder) => `test/${folder}/**/*.test.ts`)

const contract = ['test/nodes/**/*.test.ts', 'test/drivers/contract/*.test.ts']

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
      // What touches nothing outside: many files share a process, and what it has loaded.
      {
        extends: true,
        test: { name: 'plain', include: plain, isolate: false, maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      // The whole contract on every store and Node: long, and whatever else the machine does.
      {
        extends: true,
        test: { name: 'contract', include: contract, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      // Processes, servers, files and threads: one file after another, each in a process of its own.
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.test.ts'],
          exclude: ['test/bench/**', ...plain, ...contract],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
