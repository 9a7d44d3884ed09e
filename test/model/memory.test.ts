import { test } from 'vitest'
import { memoryQueue } from '../../src/index.js'
import { looksAsInMemory } from './twins.js'

test('two services in memory that are told the same do the same', { timeout: 300_000 }, () =>
  looksAsInMemory(() => memoryQueue(), { runs: 8 }),
)
