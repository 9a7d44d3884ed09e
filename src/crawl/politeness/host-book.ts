import { type Clock, nextTurn } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import type { Random } from '../../core/random.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import { type HostLimits, type Terms, type Wish, agree } from './agree.js'
import { formatRecord, parseRecord } from './host-record.js'

/** Where the processes of a fleet agree on their hosts. */
export interface HostBook {
  /** What a process may do on a host from now on. Rejects where the storage fails. */
  agree(host: string, wish: () => Wish): Promise<Terms>
}

/** A storage in which a text can be changed by comparing it. */
export type SharedStorage = Pick<StorageAdapter, 'get'> & Pick<Required<StorageAdapter>, 'replace'>

export interface HostBookDeps {
  readonly storage: SharedStorage
  readonly clock: Clock
  readonly random: Random
  readonly limits: HostLimits
}

/** With one small record for each host, under `crawl/host/`; it goes ten minutes after its last use. */
export function createHostBook({ storage, clock, random, limits }: HostBookDeps): HostBook {
  return {
    async agree(host, wish) {
      const key = `crawl/host/${host}`
      let lost: { readonly text: string; readonly terms: Terms } | undefined
      for (let tries = 0; tries < mostTries; tries++) {
        const text = await storage.get(key)
        // A reply that was lost on its way made it look as if another process had been faster.
        if (lost !== undefined && text === lost.text) return lost.terms
        const wanted = wish()
        const { record, terms } = agree(parseRecord(text), wanted, limits)
        const next = formatRecord(record)
        if (next === (text ?? formatRecord(parseRecord(undefined)))) return terms
        const ttlMs = keptMs + Math.max(0, record.closedUntil - wanted.now)
        if (await storage.replace(key, text, next, ttlMs)) return terms
        lost = { text: next, terms }
        await (tries < 2 ? nextTurn(clock) : clock.sleep(random() * longestPauseMs))
      }
      throw new RiptideError('STORE_BUSY', 'too many processes change the record of one host at once', {
        retryable: true,
      })
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

const keptMs = 600_000
const mostTries = 50
const longestPauseMs = 10
