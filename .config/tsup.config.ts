import { defineConfig } from 'tsup'
import { textFiles } from './text-files.js'
import { optionalPeers } from './thread-entries.js'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'crawl/index': 'src/crawl/index.ts',
    // A worker thread is started with a file; this one lies beside the chunk that starts it.
    'crawl-thread': 'src/crawl/reading/crawl-thread.ts',
    'http/index': 'src/http/index.ts',
    'redis/index': 'src/drivers/redis/index.ts',
    'sqlite/index': 'src/drivers/sqlite/index.ts',
    'sqlite/thread': 'src/drivers/sqlite/thread.ts',
    'testing/index': 'src/testing/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node20.19',
  dts: true,
  sourcemap: true,
  clean: true,
  external: [...optionalPeers],
  // Without shared chunks each entry would have error classes of its own, and `instanceof` would fail across entries.
  splitting: true,
  // Rollup writes the CommonJS chunks then. The other road, sucrase, turns each `?.` and `??` into calls of helpers.
  treeshake: true,
  loader: Object.fromEntries(textFiles.map((ending) => [ending, 'text'])),
})
