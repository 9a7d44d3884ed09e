import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { importTexts } from './text-files.js'
import { buildThreads } from './thread-entries.js'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [importTexts(), buildThreads()],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**'],
    pool: 'forks',
    // Tests wait for events, never for time to pass: these only end a test that hangs, on a slow machine too.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
})
