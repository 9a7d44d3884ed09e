import { type TypeTotals, noCounts, noTotals } from '../../core/queue-record.js'
import type { QueueCounts, StateCounts, StoreMetrics, TypeMetrics } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'
import { textOf, wordOf } from './names.js'
import { type Namespace, ask, readScripts } from './read-scripts.js'

/** All numbers of a namespace at one moment: those of a type are named `<type> <what>`. */
export interface Numbers {
  readonly now: number
  readonly values: ReadonlyMap<string, number>
  /** Delayed jobs whose time has come, by the word of their type; empty unless they were asked for. */
  readonly due: readonly { readonly typeWord: string; readonly count: number; readonly firstAt: number }[]
  /** When the job with keys became ready that has been so longest; null for none. */
  readonly oldestKeyedAt: number | null
}

type Place = keyof StateCounts
type Counts = ReturnType<typeof noCounts>

/** Which count of a type is of which state. */
const places: ReadonlyMap<string, Place> = new Map([
  ['P0', 'pending'],
  ['P1', 'pending'],
  ['P2', 'pending'],
  ['P3', 'pending'],
  // Those with keys.
  ['K0', 'pending'],
  ['K1', 'pending'],
  ['K2', 'pending'],
  ['K3', 'pending'],
  ['D', 'delayed'],
  ['R', 'retrying'],
  ['B', 'blocked'],
  ['W', 'processing'],
  ['C', 'completed'],
  ['L', 'dead_letter'],
  ['X', 'cancelled'],
])

const totals: ReadonlyMap<string, Exclude<keyof TypeMetrics, 'runs' | 'waits'>> = new Map([
  ['ms', 'submitted'],
  ['mc', 'completed'],
  ['mf', 'failed'],
  ['mr', 'retried'],
  ['md', 'deadLetter'],
  ['mx', 'cancelled'],
  ['mk', 'crashed'],
  ['mt', 'totalRunMs'],
])

/** Reads them. */
export async function readNumbers(
  space: Namespace,
  { due: wantsDue = false }: { readonly due?: boolean } = {},
): Promise<Numbers> {
  const reply = (await ask(space, readScripts.numbers, [wantsDue ? '1' : '0'])) as NumbersReply
  const [now, pairs, ready, keyed, oldestKeyed, ...triples] = reply
  const found = new Map<string, number>()
  for (let i = 0; i < pairs.length; i += 2) found.set(pairs[i] ?? '', Number(pairs[i + 1]))
  for (const [kind, counts] of [
    ['P', ready],
    ['K', keyed],
  ] as const) {
    for (let i = 0; i < counts.length; i += 2) {
      const [rank, type] = splitOnce(counts[i] ?? '')
      found.set(`${type} ${kind}${rank}`, Number(counts[i + 1]))
    }
  }
  // A large hash has its fields in an order that changes.
  const values = new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const due = triplesOf(triples).map(([typeWord, count, firstAt]) => ({
    typeWord,
    count: Number(count),
    firstAt: Number(firstAt),
  }))
  return { now: Number(now), values, due, oldestKeyedAt: oldestKeyed === '' ? null : Number(oldestKeyed) }
}

/** How many are in a state and of a type; null stands for any. */
export function countOf(numbers: Numbers, status: JobStatus | null, type: string | null): number {
  const word = type === null ? null : wordOf(type)
  let total = 0
  for (const [typeWord, what, n] of ofTypes(numbers)) {
    const place = places.get(what)
    if (place === undefined || (word !== null && word !== typeWord)) continue
    if (status === null || (place === 'delayed' ? 'pending' : place) === status) total += n
  }
  return total
}

/** Jobs by state and type. */
export async function countJobs(space: Namespace): Promise<QueueCounts> {
  const numbers = await readNumbers(space, { due: true })
  const all = noCounts()
  const byType = new Map<string, Counts>()
  for (const [typeWord, what, n] of ofTypes(numbers)) {
    const place = places.get(what)
    if (place === undefined || n === 0) continue
    const counts = byType.get(typeWord) ?? noCounts()
    byType.set(typeWord, counts)
    counts[place] += n
    all[place] += n
  }
  const ready = all.pending
  for (const { typeWord, count } of numbers.due) {
    for (const counts of [all, byType.get(typeWord)]) if (counts) makeReady(counts, count)
  }
  const oldest = Math.min(
    ready === 0 ? Infinity : await oldestReadyAt(space, numbers),
    numbers.oldestKeyedAt ?? Infinity,
    ...numbers.due.map(({ firstAt }) => firstAt),
  )
  const skip = (rank: number): number => numbers.values.get(`s${rank}`) ?? 0
  return {
    ...all,
    byType: Object.fromEntries([...byType].map(([word, counts]) => [textOf(word), counts])),
    skips: { critical: skip(0), high: skip(1), normal: skip(2), low: skip(3) },
    oldestReadyAt: oldest === Infinity ? null : oldest,
  }
}

/** The counters of the fleet. */
export function metricsOf({ now, values }: Numbers): StoreMetrics {
  const types = new Map<string, WritableMetrics>()
  for (const [typeWord, what, n] of ofTypes({ values })) {
    const total = totals.get(what)
    const bucket = /^[uw]\d+$/.test(what) ? Number(what.slice(1)) : null
    if (total === undefined && bucket === null) continue
    const metrics = types.get(typeWord) ?? noMetrics()
    types.set(typeWord, metrics)
    if (total !== undefined) metrics[total] = total === 'totalRunMs' ? n / 1000 : n
    else if (bucket !== null) metrics[what.startsWith('u') ? 'runs' : 'waits'][bucket] = n
  }
  const claims = (rank: number): number => values.get(`c${rank}`) ?? 0
  return {
    since: values.get('since') ?? now,
    claims: { critical: claims(0), high: claims(1), normal: claims(2), low: claims(3) },
    types: Object.fromEntries([...types].map(([word, metrics]) => [textOf(word), metrics])),
  }
}

// -------------------------------------------------------------------------------------------------------------------

type NumbersReply = readonly [
  now: string,
  pairs: readonly string[],
  ready: readonly string[],
  keyed: readonly string[],
  oldestKeyed: string,
  ...triples: string[],
]

/** `<rank>:<type>`, where a type may have colons too. */
function splitOnce(key: string): readonly [string, string] {
  return [key.slice(0, 1), key.slice(2)]
}

type WritableMetrics = TypeTotals & {
  readonly runs: Record<number, number>
  readonly waits: Record<number, number>
}

function noMetrics(): WritableMetrics {
  return { ...noTotals(), runs: {}, waits: {} }
}

/** The numbers that belong to a type: its word, what they count, and how many. */
function* ofTypes({
  values,
}: Pick<Numbers, 'values'>): Generator<readonly [type: string, what: string, n: number]> {
  for (const [field, n] of values) {
    const blank = field.indexOf(' ')
    if (blank > 0) yield [field.slice(0, blank), field.slice(blank + 1), n]
  }
}

/** Kind, `<rank>:<type>` and where to begin, of an index of ready jobs. */
type Index = readonly [kind: string, key: string, at: string]

/** One script looks at no more indexes, and so many scripts go on where one was cut short. */
const indexesOfStep = 128
const mostSteps = 64

async function oldestReadyAt(space: Namespace, numbers: Numbers): Promise<number> {
  let open = indexesOf(numbers)
  let oldest = Infinity
  for (let left = mostSteps + open.length / indexesOfStep; open.length > 0 && left > 0; left--) {
    const args = open.slice(0, indexesOfStep).flat()
    const [found, ...rest] = (await ask(space, readScripts.oldest, args)) as string[]
    if (found) oldest = Math.min(oldest, Number(found))
    open = [...open.slice(indexesOfStep), ...triplesOf(rest)]
  }
  return oldest
}

function indexesOf(numbers: Numbers): readonly Index[] {
  const isThere = (field: string): boolean => (numbers.values.get(field) ?? 0) > 0
  const indexes: Index[] = isThere('late') ? [['late', '', '0']] : []
  for (const [type, what, n] of ofTypes(numbers)) {
    if (n === 0 || !what.startsWith('P') || places.get(what) !== 'pending') continue
    const key = `${what.slice(1)}:${type}`
    indexes.push(['r', key, '0'])
    if (isThere('fronts')) indexes.push(['f', key, '0'])
  }
  return indexes
}

/** Whatever has come due counts as ready. */
function makeReady(counts: Counts, count: number): void {
  counts.delayed -= count
  counts.pending += count
}

function triplesOf(words: readonly string[]): readonly (readonly [string, string, string])[] {
  const triples: (readonly [string, string, string])[] = []
  for (let i = 0; i < words.length; i += 3)
    triples.push([words[i] ?? '', words[i + 1] ?? '', words[i + 2] ?? ''])
  return triples
}
