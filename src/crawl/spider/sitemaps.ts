import { throwIfAborted } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { isRiptideError } from '../../core/errors.js'
import type { Chunks } from '../fetch/content-coding.js'
import { RobotsBody, robotsTextOf } from '../fetch/robots-body.js'
import { robotsSitemaps } from '../fetch/robots.js'
import { type SitemapCut, readSitemap } from './sitemap-file.js'

/**
 * Gets a file of a site, and answers with its status. `read` is given the body of a 2xx as it comes, and may leave before its
 * end. Rejects where there is no answer, or the answer breaks off.
 */
export type FetchFile = (
  url: string,
  signal: AbortSignal,
  read: (body: Chunks) => Promise<void>,
) => Promise<{ readonly status: number }>

export interface SitemapDeps {
  readonly fetch: FetchFile
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Gets one url of a page after the other; false ends it. */
  readonly take: (url: string) => boolean
  /** Is told of each sitemap that was not read, or not to its end, and why. */
  readonly warn: (text: string) => void
}

/** As the protocol has it, for one file (sitemaps.org): 50 MiB as unpacked, and 50,000 urls. */
const limits = { maxBytes: 50 * 2 ** 20, maxUrls: 50_000 }
/** An index of indexes of indexes at most. */
const deepestIndex = 3
/** Of all sites of one job. */
const mostFiles = 200

interface SitemapFile {
  readonly url: string
  /** Indexes above it. */
  readonly depth: number
  /** Nobody has named it: it need not be there. */
  readonly isGuess: boolean
}

/**
 * Reads the urls in the sitemaps of some sites: those that robots.txt names, and `/sitemap.xml`. Files are fetched one after
 * the other, each once, as long as urls are taken; an index leads only to files of its own host.
 */
export async function readSitemaps(origins: readonly string[], deps: SitemapDeps): Promise<void> {
  const list = new FileList(deps.warn)
  for (const origin of origins) {
    for (const url of await namedInRobots(origin, deps)) list.add({ url, depth: 0, isGuess: false })
    list.add({ url: `${origin}/sitemap.xml`, depth: 0, isGuess: true })
  }
  for (let file = list.next(); file; file = list.next()) if (!(await readFile(file, list, deps))) return
}

// -------------------------------------------------------------------------------------------------------------------

/** The files that are still to be read, each once. */
class FileList {
  readonly #files: SitemapFile[] = []
  readonly #seen = new Set<string>()
  readonly #warn: (text: string) => void
  #isFull = false

  constructor(warn: (text: string) => void) {
    this.#warn = warn
  }

  add(file: SitemapFile): void {
    if (this.#seen.has(file.url)) return
    if (file.depth > deepestIndex)
      return this.#warn(
        `the sitemap ${nameOf(file.url)} was left out: it lies deeper than ${deepestIndex} indexes`,
      )
    if (this.#seen.size >= mostFiles) return this.#refuse()
    this.#seen.add(file.url)
    this.#files.push(file)
  }

  next(): SitemapFile | undefined {
    return this.#files.shift()
  }

  #refuse(): void {
    if (!this.#isFull) this.#warn(`only the first ${mostFiles} sitemaps were read`)
    this.#isFull = true
  }
}

/** False when no more urls are wanted. */
async function readFile(file: SitemapFile, list: FileList, deps: SitemapDeps): Promise<boolean> {
  const { clock, take, warn } = deps
  const onCut = (why: SitemapCut): void =>
    warn(`the sitemap ${nameOf(file.url)} was not read to its end: ${reasons[why]}`)
  let isWanted = true
  await get(file, deps, async (body) => {
    for await (const { kind, url } of readSitemap(body, limits, clock, onCut)) {
      if (kind === 'sitemap' && hostOf(url) === hostOf(file.url))
        list.add({ url, depth: file.depth + 1, isGuess: false })
      if (kind !== 'page') continue
      isWanted = take(url)
      if (!isWanted) return
    }
  })
  return isWanted
}

const reasons: Readonly<Record<SitemapCut, string>> = {
  maxBytes: `it has more than ${limits.maxBytes} bytes`,
  maxUrls: `it has more than ${limits.maxUrls} urls`,
  corrupt: 'it is not valid gzip',
}

async function namedInRobots(origin: string, deps: SitemapDeps): Promise<readonly string[]> {
  const body = new RobotsBody()
  await get({ url: `${origin}/robots.txt`, depth: 0, isGuess: true }, deps, body.read)
  return robotsSitemaps(robotsTextOf(body.bytes()))
}

/** What cannot be had is told and passed over; rejects with the signal's reason only. */
async function get(
  { url, isGuess }: SitemapFile,
  { fetch, signal, warn }: SitemapDeps,
  read: (body: Chunks) => Promise<void>,
): Promise<void> {
  throwIfAborted(signal)
  try {
    const { status } = await fetch(url, signal, read)
    const isThere = status >= 200 && status <= 299
    const isMissing = status === 404 || status === 410
    if (!isThere && !(isGuess && isMissing)) warn(`${nameOf(url)} could not be read: its status is ${status}`)
  } catch (error) {
    throwIfAborted(signal)
    warn(
      `${nameOf(url)} could not be read, or not to its end: ${isRiptideError(error) ? error.code : 'FETCH_FAILED'}`,
    )
  }
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null
}

/** A url as it may be shown: what is secret in it is left out. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return 'with no url'
  const { origin, pathname, search } = new URL(url)
  return `${origin}${pathname}${search}`.slice(0, 300)
}
