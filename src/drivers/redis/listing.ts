import { RiptideError, describe } from '../../core/errors.js'
import type { ListAnswer, ListQuery } from '../../core/queue-adapter.js'
import { digestOf } from '../../core/random.js'
import { type Candidate, candidates, fewCandidates } from './candidates.js'
import { type Numbers, countOf, readNumbers } from './counting.js'
import { readBriefs } from './job-reading.js'
import { idOf, textOf, textOrNull } from './names.js'
import type { Namespace } from './read-scripts.js'
import { linesOf, workerOf } from './record.js'

/** One page, newest first. Its cursor is the place in the order of creation, so jobs that come or go move nothing. */
export async function listJobs(space: Namespace, query: ListQuery): Promise<ListAnswer> {
  const page = new Page(query)
  const numbers = await readNumbers(space)
  const total =
    query.search === null
      ? await fillPage(space, query, page, numbers)
      : await searchAll(space, query, page, numbers)
  const jobs = await readBriefs(space, page.names)
  // One that has moved on since it was found is in the list of another state.
  const standing = query.status === null ? jobs : jobs.filter((job) => job.status === query.status)
  return { jobs: standing, total, nextCursor: page.nextCursor }
}

// -------------------------------------------------------------------------------------------------------------------

/** Takes what belongs to the page out of the jobs that match, which come newest first. */
class Page {
  readonly names: string[] = []
  /** Where the page begins: only jobs before this one. */
  readonly after: number | null
  readonly #query: ListQuery
  #passOver: number
  #last = 0
  #rest = false

  constructor(query: ListQuery) {
    this.#query = query
    this.after = query.cursor === null ? null : readCursor(query, query.cursor)
    this.#passOver = this.after === null ? query.offset : 0
  }

  /** It is full and another job follows. */
  get isDone(): boolean {
    return this.#rest
  }

  get nextCursor(): string | null {
    return this.#rest && this.names.length > 0 ? writeCursor(this.#query, this.#last) : null
  }

  add({ sequence, name }: Candidate): void {
    if (this.#rest || (this.after !== null && sequence >= this.after)) return
    if (this.#passOver > 0) this.#passOver--
    else if (this.names.length < this.#query.limit) {
      this.names.push(name)
      this.#last = sequence
    } else this.#rest = true
  }
}

/** Looks no further than the page goes; how many match is known from the counters. */
async function fillPage(space: Namespace, query: ListQuery, page: Page, numbers: Numbers): Promise<number> {
  const total = countOf(numbers, query.status, query.type)
  let seen = 0
  for await (const some of total === 0 ? [] : matching(space, query, total, numbers, page.after)) {
    for (const one of some) page.add(one)
    seen += some.length
    // Known to be all there are: a rare state is not looked for among all jobs.
    if (page.isDone || (page.after === null && seen >= total)) break
  }
  return total
}

/** Looks at all jobs, for there is no other way to know how many match. */
async function searchAll(space: Namespace, query: ListQuery, page: Page, numbers: Numbers): Promise<number> {
  const count = countOf(numbers, query.status, query.type)
  const matches = matcherOf(query.search ?? '')
  let total = 0
  for await (const some of count === 0 ? [] : matching(space, query, count, numbers, null)) {
    for (const one of some) {
      if (!matches(one)) continue
      total++
      page.add(one)
    }
  }
  return total
}

/** The jobs in the state and of the type that were asked for. */
async function* matching(
  space: Namespace,
  { status, type, search }: ListQuery,
  count: number,
  numbers: Numbers,
  before: number | null,
): AsyncGenerator<readonly Candidate[]> {
  const wanted = { status, type, withTexts: search !== null }
  const few = await fewCandidates(space, wanted, count, countOf(numbers, null, null))
  if (few === null) yield* candidates(space, wanted, before)
  else yield few
}

function matcherOf(search: string): (one: Candidate) => boolean {
  const pattern = new RegExp(search.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu')
  return ({ name, lines, error }) => {
    const { state, fixed } = linesOf(lines)
    const texts = [idOf(name), textOf(fixed[1] ?? ''), textOrNull(fixed[7] ?? '-'), workerOf(state), error]
    return texts.some((text) => text !== null && pattern.test(text))
  }
}

function writeCursor(query: ListQuery, sequence: number): string {
  const sum = digestOf(JSON.stringify([query.status, query.type, query.search, sequence]))
  return Buffer.from(`${sequence}.${sum}`).toString('base64url')
}

/** Nothing is trusted: what is read must be, sign for sign, what would be written for the same query. */
function readCursor(query: ListQuery, cursor: string): number {
  const [, digits = ''] = /^(\d{1,16})\./.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const sequence = Number(digits)
  if (digits !== '' && writeCursor(query, sequence) === cursor) return sequence
  const text = `cursor must be the nextCursor of an answer to the same query; got ${describe(cursor)}`
  throw new RiptideError('PAGE_INVALID', text, { path: '/cursor' })
}
