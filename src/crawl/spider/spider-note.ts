import type { Target } from './lineup.js'

/** What the journal notes of a page: what came of it for the rest of the crawl. */
export interface PageNote {
  readonly url: string
  readonly depth: number
  /** The addresses under which the page is known from now on. */
  readonly keys: readonly string[]
  /** The links that were new and wait since. */
  readonly links: readonly LinkNote[]
  /** By then something had been found that will never be taken. */
  readonly isCut?: true
}

/** A url that waits, with its score. */
export type LinkNote = readonly [url: string, score: number]

/** What the journal notes of sitemaps: urls that wait since; none, once all have been put down. */
export interface SeedNote {
  readonly seeds: readonly LinkNote[]
  /** What was left out, with the last of these notes. */
  readonly warnings?: readonly string[]
  readonly isCut?: true
}

/** A url as it is noted. */
export function linkNote({ url, score }: Pick<Target, 'url' | 'score'>): LinkNote {
  return [url, score]
}

/** What was noted, as it was read back; undefined for what is no note of a spider. */
export function readNote(value: unknown): PageNote | SeedNote | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { seeds, warnings, url, depth, keys, links, isCut } = value as Fields
  const cut: { readonly isCut?: true } = isCut === true ? { isCut } : {}
  if (isLinks(seeds)) return { seeds, ...(isTexts(warnings) ? { warnings } : {}), ...cut }
  if (typeof url !== 'string' || !Number.isSafeInteger(depth) || !isTexts(keys) || !isLinks(links))
    return undefined
  return { url, depth: depth as number, keys, links, ...cut }
}

// -------------------------------------------------------------------------------------------------------------------

type Fields = Partial<Record<keyof PageNote | keyof SeedNote, unknown>>

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isLinks(value: unknown): value is readonly LinkNote[] {
  return Array.isArray(value) && value.every(isLink)
}

function isLink(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [url, score] = value as readonly unknown[]
  return typeof url === 'string' && typeof score === 'number'
}
