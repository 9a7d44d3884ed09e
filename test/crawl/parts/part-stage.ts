import { isRiptideError } from '../../../src/core/errors.js'
import { silentLogger } from '../../../src/core/logger.js'
import type { StorageAdapter } from '../../../src/core/storage-adapter.js'
import { memoryStorage } from '../../../src/drivers/memory/memory-storage.js'

/** The code of what a call throws. */
export function codeOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    return isRiptideError(error) ? error.code : 'another error'
  }
  return 'none'
}

/** The code of what a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return isRiptideError(error) ? error.code : String(error)
  }
  return 'none'
}

/** The settings of a part that works on a server of this machine. */
export const here = { allowPrivateNetwork: true, logger: silentLogger } as const

/** A storage that counts how often it was opened and closed. */
export function countedStorage(): StorageAdapter & { opened: number; closed: number } {
  const storage = memoryStorage()
  return {
    ...storage,
    opened: 0,
    closed: 0,
    async open(options) {
      this.opened++
      await storage.open?.(options)
    },
    async close() {
      this.closed++
      await storage.close?.()
    },
  }
}
