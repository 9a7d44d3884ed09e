import type { CountedText, ListText } from '../core/counted-text.js'
import { RiptideError } from '../core/errors.js'
import { partsOf } from '../core/parted-result.js'
import type { Claim, JobRecord } from '../core/queue-adapter.js'
import type { StoredResult } from '../core/settlement.js'
import { type StorageAdapter, partKeys, resultKey } from '../core/storage-adapter.js'

/** Up to this many bytes a result travels with the outcome of its run. */
const inlineBytes = 65_536

export interface ResultsOptions {
  readonly storage: StorageAdapter
  /** The storage is not the queue's own: every result goes there. */
  readonly foreign: boolean
  readonly resultTtlMs: number
  /** False when nothing of a completed job is kept: nothing is written beside its record, then. */
  readonly keepsCompleted: boolean
  readonly maxResultBytes: number
}

/** Where results are kept: small ones with the job; large ones, and all in a foreign storage, written before the outcome. */
export class Results {
  readonly #options: ResultsOptions

  constructor(options: ResultsOptions) {
    this.#options = options
  }

  /** Keeps the text of a result, so that whoever sees the job completed can read it. RESULT_TOO_LARGE beyond the limit. */
  async keep(result: CountedText | ListText, claim: Claim): Promise<StoredResult | null> {
    const { text, bytes } = result
    const { storage, foreign, resultTtlMs, keepsCompleted, maxResultBytes } = this.#options
    if (bytes > maxResultBytes) {
      throw new RiptideError(
        'RESULT_TOO_LARGE',
        `a result may have at most ${maxResultBytes} bytes of JSON; this one has ${bytes}`,
      )
    }
    if (resultTtlMs === 0) return null
    // Of a job that is not kept it goes with the job, unless others depend on that: they can read it then.
    if (!foreign && bytes <= inlineBytes) return { inline: text }
    if (!keepsCompleted) return null
    const parts = partsOf(result)
    const key = resultKey(claim.id, claim.generation, claim.fence, parts.length)
    for (const [i, partKey] of partKeys(key).entries()) {
      const part = parts[i]
      if (part) await storage.set(partKey, part.text, resultTtlMs, part.bytes)
    }
    return { key }
  }

  /** The texts that a job's result is in, see `partedValue`; undefined when it is not there any more. */
  async read(record: JobRecord): Promise<readonly string[] | undefined> {
    if (record.result === null) return undefined
    if ('inline' in record.result) return [record.result.inline]
    const texts: string[] = []
    for (const key of partKeys(record.result.key)) {
      const text = (await this.#options.storage.get(key)) ?? undefined
      if (text === undefined) return undefined
      texts.push(text)
    }
    return texts
  }
}
