import { describe } from 'vitest'
import { contractSuite } from './contract-suite.js'
import { MountedClient } from './mounted-client.js'
import type { Mount } from './mounts.js'
import { refusalSuite } from './refusal-suite.js'

/** Everything that must be the same whatever the routes are mounted on. */
export function mountSuite(mount: Mount, prefix: string): void {
  describe(`${mount.name} at ${prefix || '/'}`, () => {
    const client = new MountedClient(mount, prefix)
    contractSuite(client)
    refusalSuite(client)
  })
}
