import { type RawJob, type Snapshot } from './snapshot.js'

/** The keys of a namespace that limits, windows and pauses have: see docs/decisions/0011. */
export const keyLayout: readonly (readonly [RegExp, string])[] = [
  [/^k[cr]:/, 'hash'],
  [/^ku:/, 'set'],
  [/^ks:/, 'list'],
  [/^k[xzqt]$/, 'zset'],
  [/^(kw|pk)$/, 'hash'],
  [/^yt:/, 'string*'],
  [/^gk:/, 'hash'],
  [/^g[rqo]:/, 'zset'],
  [/^(kl|rg):/, 'set'],
  [/^rh$/, 'zset'],
  [/^ql$/, 'list*'],
]

/** One word for each entry that stands for a ready job with keys. */
export function keyPlaces(snapshot: Snapshot, job: RawJob): string[] {
  if (!job.flags.includes('k') || job.status !== 'P') return []
  const place = `${job.rank}:${job.type}`
  const lines = snapshot
    .under(`gr:${place} `)
    .filter((group) => snapshot.map(`gr:${place} ${group}`).has(job.name))
  const isDated = snapshot.map('kq').has(job.name) && snapshot.map('kt').has(job.name)
  return lines.map(() => (isDated ? 'ready' : 'ready, but not in kq and kt'))
}

/** What is wrong with the keys that jobs share: groups, counts of live, running and ready jobs. */
export function wrongKeys(snapshot: Snapshot): string[] {
  const keyed = [...snapshot.jobs.values()].filter(
    ({ status, flags }) => flags.includes('k') && 'PDRBW'.includes(status),
  )
  const groups = new Map<string, number>()
  const gates = new Map<string, number>()
  const running = new Map<string, number>()
  const ready = new Map<string, number>()
  for (const job of keyed) {
    const [c = '-', , r = '-'] = (snapshot.map(`s:${job.name}`).get('g') ?? '').split(' ')
    more(groups, `gk:${c} ${r}`)
    if (c !== '-') more(gates, `kc:${c}`)
    if (r !== '-') more(gates, `kr:${r}`)
    if (c !== '-' && job.status === 'W') more(running, `ku:${c}`)
    if (job.status === 'P') more(ready, `${job.rank}:${job.type}`)
  }
  const windows = snapshot.map('kw').size
  return [
    ...compare('live jobs of', groups, livesUnder(snapshot, 'gk:')),
    ...compare(
      'live jobs of',
      gates,
      new Map([...livesUnder(snapshot, 'kc:'), ...livesUnder(snapshot, 'kr:')]),
    ),
    ...compare(
      'runs of',
      running,
      new Map(snapshot.under('ku:').map((key) => [`ku:${key}`, snapshot.list(`ku:${key}`).length])),
    ),
    ...compare(
      'ready jobs at',
      ready,
      new Map([...snapshot.map('pk')].map(([place, n]) => [place, Number(n)])),
    ),
    ...compare(
      'number of',
      new Map([
        ['keyed', keyed.filter(({ status }) => status === 'P').length],
        ['windows', windows],
        ['kz', windows],
      ]),
      new Map([
        ['keyed', snapshot.number('keyed')],
        ['windows', snapshot.number('windows')],
        ['kz', snapshot.map('kz').size],
      ]),
    ),
  ]
}

// -------------------------------------------------------------------------------------------------------------------

function more(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** How many live jobs each key says it has. A rate is kept as long as its starts count, with none. */
function livesUnder(snapshot: Snapshot, start: string): Map<string, number> {
  return new Map(
    snapshot.under(start).map((key) => [start + key, Number(snapshot.map(start + key).get('live') ?? 0)]),
  )
}

function compare(
  what: string,
  counted: ReadonlyMap<string, number>,
  said: ReadonlyMap<string, number>,
): string[] {
  return [...new Set([...counted.keys(), ...said.keys()])]
    .filter((key) => (counted.get(key) ?? 0) !== (said.get(key) ?? 0))
    .map((key) => `the ${what} ${key}: ${said.get(key) ?? 0} are said, ${counted.get(key) ?? 0} counted`)
}
