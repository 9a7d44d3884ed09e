import { availableParallelism } from 'node:os'
import type { Clock } from '../../core/clock.js'
import { isRiptideError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { ReadingOptions } from './page-reader-pool.js'
import { type TextAnswer, type TextRequest, readText } from './read-text.js'
import { ownBytes } from './own-bytes.js'
import { SentDocument } from './sent-document.js'
import { createThreadPool } from './thread-pool.js'

export interface ReadingThreadsDeps {
  readonly options: ReadingOptions
  readonly clock: Clock
  readonly logger: Logger
}

/** Reads bodies in threads. */
export interface ReadingThreads {
  /** Takes the body's bytes where it can; EXTRACTION_FAILED when its thread failed. Rejects as soon as the signal aborts. */
  read(request: TextRequest, begin: () => void, signal: AbortSignal): Promise<TextAnswer>
  close(): Promise<void>
}

/** Where threads cannot be started and nobody asked for them (`auto`), pages are read here, and the log says so once. */
export function createReadingThreads({ options, clock, logger }: ReadingThreadsDeps): ReadingThreads {
  const { isolation, readTimeoutMs, readHeapMb, threadUrl } = options
  const maxThreads = options.maxThreads ?? availableParallelism()
  const pool = createThreadPool({ maxThreads, heapMb: readHeapMb, threadUrl, clock })
  let isBroken = false
  return {
    async read(request, begin, signal) {
      if (isBroken) return readText(request)
      const { bytes, transfer } = ownBytes(request.body)
      try {
        const run = { transfer, timeoutMs: readTimeoutMs, begin, signal }
        const { json, ...answer } = await pool.run('sendText', { ...request, body: bytes }, run)
        return { ...answer, document: json === null ? null : new SentDocument(json) }
      } catch (error) {
        if (isolation === 'thread' || !isRiptideError(error) || error.code !== 'CONFIG_INVALID') throw error
        if (!isBroken) logger.warn(`pages are read without threads: ${error.message}`)
        isBroken = true
        return readText(request)
      }
    },
    close: () => pool.close(),
  }
}
