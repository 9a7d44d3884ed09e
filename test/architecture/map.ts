/** What one part of `src` may import. Paths are from the root; one that ends in `/` is a folder with all it holds. */
export interface Part {
  readonly of: string
  /** Other parts and files of ours; its own folder is always open to a part. */
  readonly ours: readonly string[]
  /** Files of ours of which it may name the types only. */
  readonly typesOnly?: readonly string[]
  /** Packages and Node's own modules, with what lies below them. */
  readonly packages: readonly string[]
}

/**
 * The map of imports: this is the architecture document. `core` imports nothing of ours; each wing imports only `core`, so
 * the engine cannot tell which store it has; the service puts them together; `http` and `testing` stand above it and know
 * only its interface. Nothing imports sideways. Of several parts that a file lies in, the deepest one counts.
 */
export const map: readonly Part[] = [
  { of: 'src/core/', ours: [], packages: ['node:crypto', 'node:util'] },

  // The wings.
  { of: 'src/drivers/memory/', ours: ['src/core/'], packages: [] },
  { of: 'src/drivers/redis/', ours: ['src/core/'], packages: ['ioredis', 'node:crypto'] },
  {
    of: 'src/drivers/sqlite/',
    ours: ['src/core/'],
    packages: [
      'better-sqlite3',
      'libsql',
      'node:fs',
      'node:net',
      'node:os',
      'node:path',
      'node:worker_threads',
    ],
  },
  {
    of: 'src/engine/',
    ours: ['src/core/'],
    packages: ['cron-parser', 'eventemitter3', 'node:os', 'node:v8'],
  },
  { of: 'src/crawl/', ours: ['src/core/'], packages: ['p-limit', 'node:crypto', 'node:events', 'node:net'] },
  {
    of: 'src/crawl/fetch/',
    ours: ['src/core/', 'src/crawl/deadline.ts', 'src/crawl/flights.ts', 'src/crawl/retry-after.ts'],
    packages: [
      'undici',
      'ipaddr.js',
      '@exodus/bytes',
      'tough-cookie',
      'node:buffer',
      'node:dns',
      'node:http',
      'node:https',
      'node:net',
      'node:stream',
      'node:tls',
      'node:zlib',
    ],
  },
  {
    of: 'src/crawl/spider/',
    ours: ['src/core/', 'src/crawl/'],
    packages: ['node:net'],
  },
  { of: 'src/crawl/cache/', ours: ['src/core/', 'src/crawl/'], packages: ['node:crypto'] },
  { of: 'src/crawl/extract/', ours: ['src/core/'], packages: ['parse5'] },
  { of: 'src/crawl/politeness/', ours: ['src/core/', 'src/crawl/'], packages: [] },
  {
    of: 'src/crawl/reading/',
    ours: ['src/core/', 'src/crawl/'],
    packages: ['piscina', 'node:os', 'node:worker_threads'],
  },
  {
    of: 'src/crawl/pdf/',
    ours: ['src/core/', 'src/crawl/'],
    packages: ['pdfjs-dist', 'node:module', 'node:path'],
  },

  {
    of: 'src/webhooks/',
    ours: ['src/core/'],
    typesOnly: ['src/control-api.ts', 'src/control-parts.ts'],
    packages: ['node:crypto'],
  },
  {
    of: 'src/templates/',
    ours: ['src/core/'],
    typesOnly: ['src/control-api.ts', 'src/control-parts.ts', 'src/service-api.ts'],
    packages: [],
  },
  { of: 'src/sealed/', ours: ['src/core/'], packages: ['node:crypto'] },

  // The service: what puts the wings together.
  {
    of: 'src/service-api.ts',
    ours: [],
    typesOnly: ['src/core/', 'src/control-api.ts', 'src/crawl-api.ts'],
    packages: [],
  },
  { of: 'src/crawl-api.ts', ours: [], typesOnly: ['src/core/'], packages: [] },
  { of: 'src/control-api.ts', ours: [], typesOnly: ['src/core/', 'src/service-api.ts'], packages: [] },
  {
    of: 'src/control-parts.ts',
    ours: [],
    typesOnly: ['src/core/', 'src/control-api.ts', 'src/service-api.ts'],
    packages: [],
  },
  {
    of: 'src/options.ts',
    ours: [
      'src/core/',
      'src/control-options.ts',
      'src/queue-options.ts',
      'src/crawl/options.ts',
      'src/drivers/memory/memory-queue.ts',
    ],
    packages: [],
  },
  { of: 'src/control-options.ts', ours: ['src/core/'], packages: [] },
  { of: 'src/queue-options.ts', ours: ['src/core/'], packages: [] },
  {
    of: 'src/env.ts',
    ours: [
      'src/core/',
      'src/drivers/redis/redis-url.ts',
      'src/drivers/sqlite/sqlite-options.ts',
      'src/lazy-redis-queue.ts',
      'src/lazy-sqlite-queue.ts',
    ],
    typesOnly: ['src/options.ts'],
    packages: [],
  },
  { of: 'src/lazy-queue.ts', ours: ['src/core/'], packages: [] },
  {
    of: 'src/lazy-redis-queue.ts',
    ours: [
      'src/core/',
      'src/drivers/redis/step-limits.ts',
      'src/drivers/redis/redis-queue.ts',
      'src/lazy-queue.ts',
    ],
    packages: [],
  },
  {
    of: 'src/lazy-sqlite-queue.ts',
    ours: [
      'src/core/',
      'src/drivers/sqlite/step-limits.ts',
      'src/drivers/sqlite/index.ts',
      'src/lazy-queue.ts',
    ],
    typesOnly: ['src/drivers/sqlite/sqlite-options.ts'],
    packages: [],
  },
  {
    of: 'src/service/',
    ours: ['src/core/', 'src/engine/'],
    typesOnly: [
      'src/service-api.ts',
      'src/control-api.ts',
      'src/control-parts.ts',
      'src/crawl-api.ts',
      'src/options.ts',
    ],
    packages: [],
  },
  {
    of: 'src/built-in-jobs.ts',
    ours: [
      'src/core/',
      'src/crawl/',
      'src/engine/maintenance.ts',
      'src/service/',
      'src/templates/',
      'src/webhooks/',
    ],
    typesOnly: ['src/control-parts.ts'],
    packages: [],
  },
  {
    of: 'src/worker-service.ts',
    ours: [
      'src/core/',
      'src/service/',
      'src/built-in-jobs.ts',
      'src/env.ts',
      'src/options.ts',
      'src/sealed/',
    ],
    typesOnly: [
      'src/crawl/page.ts',
      'src/crawl/spider/spider-result.ts',
      'src/crawl-api.ts',
      'src/service-api.ts',
      'src/control-api.ts',
    ],
    packages: [],
  },
  {
    of: 'src/index.ts',
    ours: ['src/core/', 'src/drivers/memory/', 'src/migrate/', 'src/worker-service.ts'],
    typesOnly: [
      'src/crawl/options.ts',
      'src/crawl/page.ts',
      'src/crawl/pdf/pdf-result.ts',
      'src/crawl/spider/spider-result.ts',
      'src/crawl-api.ts',
      'src/env.ts',
      'src/options.ts',
      'src/service/',
      'src/service-api.ts',
      'src/control-api.ts',
    ],
    packages: [],
  },

  // Beside the service: what needs two stores, and no workers.
  { of: 'src/migrate/', ours: ['src/core/', 'src/engine/store-call.ts'], packages: [] },

  // Above the service, of which they know the interface.
  {
    of: 'src/http/',
    ours: ['src/core/'],
    typesOnly: ['src/service-api.ts', 'src/control-api.ts', 'src/crawl-api.ts'],
    packages: ['node:stream'],
  },
  {
    of: 'src/testing/',
    ours: ['src/core/'],
    typesOnly: ['src/service-api.ts'],
    packages: ['node:assert'],
  },
]

/** Where the host's clock, timers, chance and environment may be touched; everyone else is given a `Clock` or a `Random`. */
export const hostAccess: Readonly<Record<string, readonly string[]>> = {
  'src/core/clock.ts': [
    'Date.now',
    'performance',
    'setTimeout',
    'clearTimeout',
    'setImmediate',
    'clearImmediate',
  ],
  'src/core/random.ts': ['Math.random', 'randomFillSync'],
  'src/engine/host-load.ts': ['performance'],
  'src/crawl/politeness/own-load.ts': ['performance'],
}

/** Packages that no process loads which only submits: nothing reaches them from these entries but by `import()`. */
export const lazy = {
  entries: ['src/index.ts', 'src/http/index.ts'],
  packages: ['undici', 'parse5', 'p-limit'],
} as const

/** What only a crawler loads that reads in threads or keeps cookies, and only the thread of a PDF. */
export const lazyInCrawler = [
  {
    entries: [...lazy.entries, 'src/crawl/index.ts', 'src/crawl/crawl-runtime.ts'],
    targets: ['piscina', 'tough-cookie'],
  },
  { entries: ['src/crawl/reading/crawl-thread.ts'], targets: ['pdfjs-dist'] },
] as const

/** What only a process with a queue on Redis loads, when that is opened. */
export const lazyRedis = [
  { entries: lazy.entries, targets: ['src/drivers/redis/redis-queue.ts', 'ioredis'] },
  { entries: ['src/drivers/redis/index.ts'], targets: ['ioredis'] },
] as const

/** What only a process with a queue in a file loads, when that is opened. */
export const lazySqlite = [
  { entries: lazy.entries, targets: ['src/drivers/sqlite/sqlite-queue.ts', 'src/drivers/sqlite/host.ts'] },
  {
    entries: ['src/drivers/sqlite/index.ts', 'src/drivers/sqlite/thread.ts'],
    targets: ['better-sqlite3', 'libsql', 'node:sqlite'],
  },
] as const

/** Files that are entries of the package without being an `index.ts`: a worker thread is started with them. */
export const threadEntries = ['src/drivers/sqlite/thread.ts', 'src/crawl/reading/crawl-thread.ts'] as const

/** A file that needs more lines holds more than one idea. */
export const longestFile = 300

/** Names that say nothing of what a file holds. */
export const emptyNames = [
  'common',
  'helper',
  'helpers',
  'manager',
  'misc',
  'shared',
  'types',
  'util',
  'utils',
] as const
