import { RiptideError } from '../core/errors.js'
import type { KeyedRequest, Submitted } from '../core/job.js'
import { toJobError } from '../core/job-error.js'
import { parseStored } from '../core/stored-json.js'
import type { Hub } from './hub.js'

/** Answers that are given again, by the place of the job in the request. */
export type KeptAnswers = ReadonlyMap<number, Submitted>

/** What stands in the storage of one request. */
interface Mark {
  readonly digest: string
  /** Of jobs that were not made, since another one holds their dedupe key: their own ids tell nothing of them. */
  readonly answers: readonly (readonly [number, Submitted])[]
}

/** A day: as long as a job that completed is kept by default. */
const keptMs = 86_400_000

/**
 * Requests that may come twice. What each said stands in the storage for a day: of several jobs it is written before the first
 * of them is, so that another request with the same id stores nothing. Two that come at the same moment may both find nothing there;
 * then the ids of their jobs tell, as they do where the storage has lost it.
 */
export class KeyedRequests {
  readonly #hub: Hub

  constructor(hub: Hub) {
    this.#hub = hub
  }

  /** What this request was answered; undefined for one that has not come yet. IDEMPOTENCY_KEY_REUSED for another one's id. */
  async find({ id, digest }: KeyedRequest): Promise<KeptAnswers | undefined> {
    const { storage } = this.#hub.options
    const text = await this.#hub.ask(() => storage.get(keyOf(id)))
    if (text === undefined) return undefined
    const mark = parseStored(text) as Mark
    if (mark.digest !== digest) throw reused()
    return new Map(mark.answers)
  }

  /** From now on, for a day, the id is that of this request. */
  async begin(request: KeyedRequest): Promise<void> {
    await this.#set(request, new Map())
  }

  /** Has the answers given again. What they say is done already, so a storage that fails now is only told of. */
  async keep(request: KeyedRequest, answers: KeptAnswers): Promise<void> {
    await this.#set(request, answers).catch((cause: unknown) => {
      const text = `the answer to a request with a key cannot be kept: ${toJobError(cause).message}`
      this.#hub.onError(new RiptideError('STORE_UNAVAILABLE', text, { cause, retryable: true }))
    })
  }

  async #set({ id, digest }: KeyedRequest, answers: KeptAnswers): Promise<void> {
    const { storage } = this.#hub.options
    const mark: Mark = { digest, answers: [...answers] }
    await this.#hub.ask(async () => storage.set(keyOf(id), JSON.stringify(mark), keptMs))
  }
}

/** The refusal of a request whose id came before with another content. */
export function reused(cause?: unknown): RiptideError {
  const text = 'this idempotency-key came before with another body'
  return new RiptideError('IDEMPOTENCY_KEY_REUSED', text, { cause })
}

// -------------------------------------------------------------------------------------------------------------------

function keyOf(id: string): string {
  return `idempotency/${id}`
}
