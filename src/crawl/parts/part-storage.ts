import { hasMethods } from '../../core/adapter-shape.js'
import { wrong } from '../../core/check.js'
import type { Clock } from '../../core/clock.js'
import { isRiptideError } from '../../core/errors.js'
import { toJobError } from '../../core/job-error.js'
import type { Logger } from '../../core/logger.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'

/** The storage of a part, which opens it when it is first needed and closes it with itself. */
export interface PartStorage {
  /** For the code that works on it; `ready()` comes first. */
  get(): StorageAdapter
  /**
   * Opens it, once. Never rejects: a part can do without. A failure is logged and tried again after half a minute; until then
   * whatever is asked of it fails, which its users know to bear.
   */
  ready(): Promise<void>
  /** Closes what `ready` has opened. */
  close(): Promise<void>
}

/** CONFIG_INVALID for what is no storage. */
export function createPartStorage(
  value: unknown,
  host: { readonly logger: Logger; readonly clock: Clock },
): PartStorage {
  const storage = value === undefined ? nowhere : value
  if (!isStorage(storage))
    throw wrong('CONFIG_INVALID', { path: '/storage' }, 'must have get, set and delete, as a Keyv has', value)
  const { logger, clock } = host
  let opening: Promise<boolean> | undefined
  let failedAt = -Infinity
  const open = async (): Promise<boolean> => {
    try {
      await storage.open?.({ logger, clock })
      return true
    } catch (error) {
      failedAt = clock.monotonic()
      opening = undefined
      logger.warn('the storage could not be opened; it is done without it', {
        code: isRiptideError(error) ? error.code : undefined,
        error: toJobError(error).message.slice(0, 200),
      })
      return false
    }
  }
  return {
    get: () => storage,
    async ready() {
      if (opening === undefined && clock.monotonic() - failedAt < againMs) return
      opening ??= open()
      await opening
    },
    async close() {
      const opened = opening
      opening = undefined
      if (await opened) await storage.close?.()
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

const againMs = 30_000

/** With none, a part is alone with what it knows. */
const nowhere: StorageAdapter = {
  isPrivate: true,
  get: () => Promise.resolve(undefined),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(),
}

function isStorage(value: unknown): value is StorageAdapter {
  return hasMethods(value, ['get', 'set', 'delete'])
}
