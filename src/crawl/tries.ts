import type { PagesChunk } from '../core/job-pages.js'
import type { Journal } from './journal.js'

/** What the journal notes of a url that was sent away after requests that failed. */
interface TriesNote {
  readonly triesOf: string
  readonly count: number
}

/** How often the urls of a job were tried by runs that have not finished them: else each run would try anew, for ever. */
export class Tries {
  readonly #counts = new Map<string, number>()

  /** Takes over what earlier runs have noted. */
  restore({ notes }: Pick<PagesChunk, 'notes'>): void {
    for (const note of notes) if (isNote(note)) this.#counts.set(note.triesOf, note.count)
  }

  /** `key` tells the urls of one job apart. */
  of(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  /** Resolves when a later run will know of `more` tries. */
  async add(key: string, more: number, journal: Journal): Promise<void> {
    if (more === 0) return
    const note: TriesNote = { triesOf: key, count: this.of(key) + more }
    this.#counts.set(key, note.count)
    await journal.note(note)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function isNote(value: unknown): value is TriesNote {
  if (typeof value !== 'object' || value === null) return false
  const { triesOf, count } = value as Partial<Record<keyof TriesNote, unknown>>
  return typeof triesOf === 'string' && Number.isSafeInteger(count)
}
