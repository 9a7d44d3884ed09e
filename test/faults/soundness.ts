import { type RawJob, type Snapshot } from './snapshot.js'
import { keyLayout, keyPlaces, wrongKeys } from './soundness-of-keys.js'

/**
 * What is wrong with a namespace, a sentence each: a job that is not in exactly the index of its state, an entry of an index
 * without its job, a count that is no recount, a key that nobody has heard of. Holds at every instant.
 */
export function unsoundness(snapshot: Snapshot): string[] {
  return [
    ...unknownKeys(snapshot),
    ...[...snapshot.jobs.values()].flatMap((job) => misplaced(snapshot, job)),
    ...strayEntries(snapshot),
    ...wrongCounts(snapshot),
    ...wrongKeys(snapshot),
  ]
}

// -------------------------------------------------------------------------------------------------------------------

/** The documented keys, and what each is. Keys with a time to live are told by `*`. */
const layout: readonly (readonly [RegExp, string])[] = [
  [/^[npm]$/, 'hash'],
  [/^m[io]$/, 'hash'],
  [/^j:/, 'string'],
  [/^s:/, 'hash'],
  [/^l:/, 'list'],
  [/^r:[0-3]:/, 'list'],
  [/^f:[0-3]:/, 'zset'],
  [/^(due|lease|late|ia|ob)$/, 'zset'],
  [/^o:\d+$/, 'hash'],
  [/^e:[CLX]$/, 'list'],
  [/^x:\d+$/, 'list'],
  [/^xs$/, 'set'],
  [/^(k|w|g|gn)$/, 'hash'],
  [/^i:/, 'hash*'],
  [/^g:/, 'zset'],
  [/^gt:/, 'string*'],
  [/^b:/, 'list'],
  // Ties of jobs to others, jobs that are kept for others, and types of the library's own jobs.
  [/^d:/, 'set'],
  [/^w:/, 'zset'],
  [/^hd$/, 'zset'],
  [/^(it|pa)$/, 'set'],
  // Settings, their notices, and those that were put of late.
  [/^(st|nt)$/, 'hash'],
  [/^si$/, 'zset'],
  [/^sa:/, 'string*'],
  [/^out$/, 'list'],
  [/^q:\d+$/, 'list'],
  [/^[tu][ix]$/, 'zset'],
  [/^[tu]:/, 'string'],
  ...keyLayout,
]

function unknownKeys({ keys }: Snapshot): string[] {
  return [...keys].flatMap(([key, { kind, ttl }]) => {
    const known = layout.find(([pattern]) => pattern.test(key))?.[1]
    if (known === undefined) return [`key ${key} (${kind}) is none of the documented ones`]
    if (known.replace('*', '') !== kind) return [`key ${key} is a ${kind}, not a ${known}`]
    return known.endsWith('*') && ttl < 0 ? [`key ${key} would stay for ever`] : []
  })
}

const live = 'PDRBW'

/** Where a job is, and where it has to be. */
function misplaced(snapshot: Snapshot, job: RawJob): string[] {
  const found = placesOf(snapshot, job).sort().join(', ')
  const wanted = [...placesWanted(snapshot, job), `o:${Math.floor(Number(job.seq) / 128)}`].sort().join(', ')
  return found === wanted ? [] : [`job ${job.name} (${job.status}) is in [${found}], not in [${wanted}]`]
}

function placesWanted(snapshot: Snapshot, job: RawJob): string[] {
  const places: string[] = []
  if (job.status === 'P') places.push('ready')
  if (job.status === 'D' || job.status === 'R') places.push('due')
  if (job.status === 'W') places.push('lease')
  if (job.status === 'B') places.push('blocked')
  if (!live.includes(job.status) && !isHeld(snapshot, job)) places.push(`e:${job.status}`)
  if (job.hasResult) places.push('x')
  if (job.dedupeKey !== '-' && live.includes(job.status) && !/[hu]/.test(job.flags)) places.push('k')
  if (job.schedule !== '-' && live.includes(job.status)) places.push('g')
  return places
}

/** Whether an ended job is not yet for retention to see: others depend on it, or are still to be told. */
function isHeld(snapshot: Snapshot, { name }: RawJob): boolean {
  return Number(snapshot.map(`s:${name}`).get('o') ?? 0) > 0 || snapshot.keys.has(`d:${name}`)
}

/** One word for each entry that stands for the job as it is now. */
function placesOf(snapshot: Snapshot, job: RawJob): string[] {
  const { name, ticket, rank, type, generation } = job
  const entry = `${ticket}:${name}`
  const times = (list: readonly string[], value: string, word: string): string[] =>
    list.filter((one) => one === value).map(() => word)
  const isReady = job.status === 'P'
  const bucket = `o:${Math.floor(Number(job.seq) / 128)}`
  return [
    // What a job leaves in its ready list is stale, and counted as such; one that is ready again has a new ticket.
    ...(isReady ? times(snapshot.list(`r:${rank}:${type}`), entry, 'ready') : []),
    ...(snapshot.map(`f:${rank}:${type}`).has(entry) ? ['ready'] : []),
    ...(snapshot.map('due').get(name) === undefined ? [] : [scoreWord(snapshot, job)]),
    ...(snapshot.map('lease').has(name) ? ['lease'] : []),
    ...keyPlaces(snapshot, job),
    ...(isBlocked(snapshot, job) ? ['blocked'] : []),
    ...['C', 'L', 'X'].flatMap((status) =>
      status === job.status && !isHeld(snapshot, job)
        ? // One that others needed stands there a second time since they ended: the first entry that is met counts.
          times(snapshot.list(`e:${status}`), `${generation}:${name}`, `e:${status}`).slice(0, 1)
        : [],
    ),
    ...snapshot
      .list('xs')
      .flatMap((ttl) => (job.hasResult ? times(snapshot.list(`x:${ttl}`), name, 'x') : [])),
    ...(snapshot.map('k').get(job.dedupeKey) === name ? ['k'] : []),
    ...(snapshot.map(`g:${job.schedule}`).get(name) === job.seq ? ['g'] : []),
    ...(snapshot.map(bucket).get(job.seq) === name ? [bucket] : []),
  ]
}

function scoreWord(snapshot: Snapshot, { name, readyAt }: RawJob): string {
  return Number(snapshot.map('due').get(name)) === Number(readyAt) ? 'due' : 'due at another time'
}

/** Behind the one before it on its schedule, or behind each of those that it still waits for. */
function isBlocked(snapshot: Snapshot, { name, status }: RawJob): boolean {
  const blocker = snapshot.map(`s:${name}`).get('b')
  const blockers = blocker === undefined ? [...snapshot.map(`w:${name}`).keys()] : [blocker]
  return status === 'B' && blockers.length > 0 && blockers.every((one) => isWaiting(snapshot, one, name))
}

/** In the line behind its blocker, or among those that are being told of the blocker's end. */
function isWaiting(snapshot: Snapshot, blocker: string, name: string): boolean {
  if (snapshot.list(`b:${blocker}`).includes(name)) return true
  return snapshot.list('out').some((entry) => {
    const [n, ended] = entry.split(' ')
    return ended === blocker && snapshot.list(`q:${n ?? ''}`).includes(name)
  })
}

/** Entries, and keys beside a record, whose job is not there or is not in that state. */
function strayEntries(snapshot: Snapshot): string[] {
  const { jobs } = snapshot
  const status = (name: string): string => jobs.get(name)?.status ?? '-'
  const strays = (where: string, names: Iterable<string>, allowed: string): string[] =>
    [...names]
      .filter((name) => !allowed.includes(status(name)))
      .map((name) => `${where} has ${name}, which is ${status(name)}`)
  return [
    ...strays('due', snapshot.map('due').keys(), 'DR'),
    ...strays('lease', snapshot.map('lease').keys(), 'W'),
    ...strays('late', snapshot.map('late').keys(), 'P'),
    ...strays('k', snapshot.map('k').values(), live),
    ...snapshot
      .under('f:')
      .flatMap((key) => strays(`f:${key}`, namesIn(snapshot.map(`f:${key}`).keys()), 'P')),
    ...snapshot.under('g:').flatMap((key) => strays(`g:${key}`, snapshot.map(`g:${key}`).keys(), live)),
    ...snapshot
      .under('o:')
      .flatMap((key) => strays(`o:${key}`, snapshot.map(`o:${key}`).values(), `${live}CLX`)),
    ...strayBuckets(snapshot),
    ...strays('s:', snapshot.under('s:'), `${live}CLX`),
    ...strays('l:', snapshot.under('l:'), `${live}CLX`),
    ...strays('b:', snapshot.under('b:'), live),
    ...strays('w:', snapshot.under('w:'), 'B'),
    ...strays('d:', snapshot.under('d:'), `${live}CLX`),
    ...strays('hd', snapshot.map('hd').keys(), 'CLX'),
    ...strays('kq', snapshot.map('kq').keys(), 'P'),
    ...strays('kt', snapshot.map('kt').keys(), 'P'),
    ...snapshot.under('ku:').flatMap((key) => strays(`ku:${key}`, snapshot.list(`ku:${key}`), 'W')),
  ]
}

/** `ob` has exactly the buckets of the order of creation that are not empty. */
function strayBuckets(snapshot: Snapshot): string[] {
  const named = [...snapshot.map('ob').keys()].sort().join(', ')
  const there = snapshot.under('o:').sort().join(', ')
  return named === there ? [] : [`ob has the buckets [${named}]; there are [${there}]`]
}

function wrongCounts(snapshot: Snapshot): string[] {
  const counted = new Map<string, number>()
  const count = (field: string, n = 1): unknown => counted.set(field, (counted.get(field) ?? 0) + n)
  for (const job of snapshot.jobs.values()) {
    if (job.status !== 'P') count(`${job.type} ${job.status}`)
    else if (!job.flags.includes('k')) count(`${job.type} P${job.rank}`)
    if (
      !isHeld(snapshot, job) &&
      'CLX'.includes(job.status) &&
      snapshot.list(`e:${job.status}`).includes(`${job.generation}:${job.name}`)
    ) {
      count(`h${job.status}`)
      count(`b${job.status}`, job.bytes)
    }
  }
  count('late', snapshot.map('late').size)
  count('outs', snapshot.list('out').length)
  count('stale', staleEntries(snapshot))
  for (const key of snapshot.under('f:')) count('fronts', snapshot.map(`f:${key}`).size)
  const places = /^(\S+ (P[0-3]|[DRBWCLX])|[hb][CLX]|late|outs|stale|fronts)$/
  for (const field of snapshot.numbers().keys()) if (places.test(field)) count(field, 0)
  return [...counted]
    .filter(([field, n]) => snapshot.number(field) !== n)
    .map(([field, n]) => `n says ${field} is ${snapshot.number(field)}; a recount gives ${n}`)
}

function staleEntries(snapshot: Snapshot): number {
  const entries = snapshot.under('r:').flatMap((key) => snapshot.list(`r:${key}`))
  return entries.filter((entry) => {
    const job = snapshot.jobs.get(nameIn(entry))
    return job?.status !== 'P' || entry !== `${job.ticket}:${job.name}`
  }).length
}

function namesIn(entries: Iterable<string>): string[] {
  return [...entries].map(nameIn)
}

function nameIn(entry: string): string {
  return entry.slice(entry.indexOf(':') + 1)
}
