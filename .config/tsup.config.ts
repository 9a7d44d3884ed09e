import { defineConfig } from 'tsup'
import { textFiles } from './text-files.js'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'crawl/index': 'src/crawl/index.ts',
    'http/index': 'src/http/index.ts',
    'redis/index': 'src/drivers/redis/index.ts',
    'testing/index': 'src/testing/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node20.19',
  dts: true,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
  // An optional peer, whatever package.json says of it: built in, an app could not choose its version.
  external: ['ioredis'],
  // Without shared chunks each entry would have error classes of its own, and `instanceof` would fail across entries.
  splitting: true,
  // Rollup writes the CommonJS chunks then. The other road, sucrase, turns each `?.` and `??` into calls of helpers.
  treeshake: true,
  loader: Object.fromEntries(textFiles.map((ending) => [ending, 'text'])),
})
