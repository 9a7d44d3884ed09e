import {
  type Notice,
  internalPrefix,
  noTerms,
  noticeAttempts,
  noticeId,
  noticePriority,
  noticeType,
} from '../../core/job-terms.js'
import { rankOf } from '../../core/priority.js'
import type { Database } from './database.js'
import { flag } from './flags.js'
import { type JobFacts, type JobFinder, typeOf } from './job-facts.js'
import type { JobRows } from './job-rows.js'
import type { Ledger } from './ledger.js'
import type { Listed } from './listed.js'
import { hasMark, mark } from './marks.js'
import type { News } from './news.js'
import { type FinalStatus, place } from './places.js'
import type { ReadyPlaces } from './ready-places.js'
import noticesSql from './sql/notices.sql'
import { type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'
import type { TermsBook } from './terms-book.js'
import type { Ties } from './ties.js'

interface Parts {
  readonly ledger: Ledger
  readonly news: News
  readonly finder: JobFinder
  readonly listed: Listed
  readonly places: ReadyPlaces
  readonly rows: JobRows
  readonly terms: TermsBook
  readonly ties: Ties
}

/** Makes a job that tells of the end of another, where that one's terms or a setting ask for it. */
export class Notices {
  readonly #parts: Parts
  readonly #wanted: Query<{ readonly what: string }>

  constructor(database: Database, parts: Parts) {
    this.#parts = parts
    this.#wanted = new SqlFile(database, noticesSql).query('wanted')
  }

  /** Those of the stored types of whose ends in a state a setting wants to hear. */
  wantedOf(types: Iterable<string>, status: FinalStatus): ReadonlySet<string> {
    if (!this.#parts.ledger.has(flag.notices)) return none
    const own = [...types].filter((type) => !type.startsWith(internalPrefix))
    const anyType = toStored(`${status}:*`)
    const words = own.map((type) => `${status}:${type}`)
    const rows = this.#wanted.all(JSON.stringify([anyType, ...words]))
    const wanted = new Set(rows.map(({ what }) => what))
    return new Set(own.filter((type) => wanted.has(anyType) || wanted.has(`${status}:${type}`)))
  }

  /** Whether one was made: it is tied to the job. */
  tell(job: JobFacts, status: FinalStatus, now: number): boolean {
    if (job.type.startsWith(internalPrefix)) return false
    const terms = hasMark(job, mark.terms) ? this.#parts.terms.of(job.n) : null
    const isWanted = terms?.notices.includes(status) === true
    if (!isWanted && !this.wantedOf([job.type], status).has(job.type)) return false
    this.#add(job, { status, now })
    return true
  }

  #add(job: JobFacts, { status, now }: { readonly status: FinalStatus; readonly now: number }): void {
    const { rows, terms, ties } = this.#parts
    const n = this.#freeNumber(now)
    const id = noticeId(n, now)
    const about = { n: job.n, id: fromStored(job.id), state: place[status] }
    const notice: Notice = {
      job: about.id,
      type: typeOf(job),
      status,
      generation: job.generation,
      at: now,
    }
    const texts = { payload: JSON.stringify(notice), options: '', token: id, digest: '', dedupeKey: null }
    const kind = { type: noticeType, priority: noticePriority, maxAttempts: noticeAttempts }
    const row = { state: place.ready, ticket: n, readyAt: now, createdAt: now, schedule: null }
    rows.add(n, { job: { id, ...kind, ...texts }, ...row, marks: mark.terms })
    terms.put(n, { ...noTerms, dependsOn: [{ id: about.id, onFailure: 'ignore' }] }, place.ready)
    ties.tie(n, [{ place: 0, parent: about, rule: 'ignore', isOpen: false }], n)
    this.#makeReady(n, { bytes: Buffer.byteLength(texts.payload), id, now })
  }

  /** A job with the id that goes with a number can only have come from another store. */
  #freeNumber(now: number): number {
    const { ledger, finder } = this.#parts
    let n = ledger.next()
    while (finder.byId(noticeId(n, now)) !== undefined) n = ledger.next()
    return n
  }

  #makeReady(n: number, { bytes, id, now }: { bytes: number; id: string; now: number }): void {
    const { ledger, news, listed, places } = this.#parts
    const facts = { n, type: noticeType, rank: rankOf(noticePriority), grp: 0, bytes }
    listed.enterOne(facts, place.ready)
    places.add(facts, n, now, false)
    const tally = ledger.of(noticeType)
    tally.total('submitted', 1)
    tally.state('pending', 1)
    tally.gained++
    if (news.wantsMoves) news.moved({ id, type: noticeType, status: 'pending' })
  }
}

// -------------------------------------------------------------------------------------------------------------------

const none: ReadonlySet<string> = new Set()
