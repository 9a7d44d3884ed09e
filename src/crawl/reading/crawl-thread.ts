import { readPdf } from '../pdf/read-pdf.js'
import { giveWay } from './give-way.js'
import { sendText } from './read-text.js'

// The entry of a worker thread: each export that is a function is a task. See thread-pool.ts for the other side.

giveWay()

/** Says that the thread runs and its parsers are loaded. */
export function ready(): true {
  return true
}

/** What a thread can be asked to do. */
export interface ThreadTasks {
  readonly sendText: typeof sendText
  readonly readPdf: typeof readPdf
}

export { readPdf, sendText }
