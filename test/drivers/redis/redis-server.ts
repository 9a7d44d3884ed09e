import { spawnSync } from 'node:child_process'
import { describe } from 'vitest'
import { startRedis } from './redis-process.js'

export { type RedisCluster, startCluster } from './redis-cluster.js'
export { type RedisProcess, startRedis } from './redis-process.js'

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
const mustRun = hasRedis || process.env.CI !== undefined

/** `describe` for what needs a redis-server: without one it is left out and says so, but on CI it fails. */
export const describeRedis: typeof describe | typeof describe.skip = mustRun ? describe : skipLoudly()

/** The url of the Redis that the tests may use as it is: `REDIS_URL`, else a server of our own. Not to be reconfigured. */
export async function plainRedisUrl(): Promise<string> {
  return process.env.REDIS_URL ?? (await startRedis()).url
}

let namespaces = 0

/** A namespace that no other test has used. */
export function freshNamespace(): string {
  namespaces++
  return `test-${process.pid}-${Date.now().toString(36)}-${namespaces}`
}

// -------------------------------------------------------------------------------------------------------------------

function skipLoudly(): typeof describe.skip {
  process.stderr.write('redis-server is not on the PATH: the tests of the Redis driver are LEFT OUT\n')
  return describe.skip
}
