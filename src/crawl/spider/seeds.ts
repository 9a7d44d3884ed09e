import type { Clock } from '../../core/clock.js'
import type { Journal } from '../journal.js'
import type { Target } from './lineup.js'
import { type FetchFile, readSitemaps } from './sitemaps.js'
import { type SeedNote, linkNote } from './spider-note.js'
import type { SpiderState } from './spider-state.js'

/** Urls of sitemaps that are put down together. */
const seedsAtOnce = 1_000
const mostWarnings = 20

export interface SeedDeps {
  readonly state: SpiderState
  readonly origins: readonly string[]
  /** Undefined for what is no url of this crawl. */
  readonly targetOf: (url: string) => Target | undefined
  readonly fetchFile: FetchFile
  readonly journal: Journal
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Reads the sitemaps of a spider's sites into its frontier, and then puts down what waits of it. An interruption before that
 * has them read again: of many urls few may be left in the end, and only those need be kept.
 */
export async function readSeeds(deps: SeedDeps): Promise<void> {
  const { state, origins, fetchFile: fetch, clock, signal } = deps
  const { frontier } = state
  const before = new Set(frontier.targets())
  const warnings: string[] = []
  const take = (url: string): boolean => {
    const { isFull } = frontier
    const found = deps.targetOf(url)
    if (found) frontier.offerSeeds([found])
    return !isFull
  }
  const warn = (text: string): void => void warnings.push(text)
  await readSitemaps(origins, { fetch, clock, signal, take, warn })
  state.seedWarnings = fewOf(warnings)
  await putDown(
    deps.journal,
    [...frontier.targets()].filter((target) => !before.has(target)),
    { warnings: state.seedWarnings, ...(frontier.hasDropped ? { isCut: true } : {}) },
  )
}

// -------------------------------------------------------------------------------------------------------------------

async function putDown(
  journal: Journal,
  seeds: readonly Target[],
  end: Omit<SeedNote, 'seeds'>,
): Promise<void> {
  for (let at = 0; at < seeds.length; at += seedsAtOnce) {
    const note: SeedNote = { seeds: seeds.slice(at, at + seedsAtOnce).map(linkNote) }
    await journal.note(note)
  }
  await journal.note({ seeds: [], ...end } satisfies SeedNote)
}

function fewOf(warnings: readonly string[]): readonly string[] {
  const more = warnings.length - mostWarnings
  return more > 0 ? [...warnings.slice(0, mostWarnings), `and ${more} more`] : warnings
}
