import { prefixOf } from '../../src/drivers/redis/names.js'

/** Sends a command to the server that has the namespace. */
export type Call = (command: string, ...args: readonly (string | number)[]) => Promise<unknown>

interface Value {
  readonly kind: string
  readonly value: string | readonly string[]
  /** In ms; -1 for a key that stays. */
  readonly ttl: number
}

/** A job's record, taken apart by the layout and by no code of the driver's. */
export interface RawJob {
  readonly name: string
  readonly status: string
  readonly ticket: string
  readonly fence: string
  readonly generation: string
  readonly failures: number
  readonly readyAt: string
  readonly seq: string
  readonly type: string
  readonly rank: string
  /** What else there is of it, a sign each: see part-records.lua. */
  readonly flags: string
  readonly dedupeKey: string
  readonly schedule: string
  readonly hasResult: boolean
  readonly bytes: number
}

/** All keys of a namespace as they stood at one instant, without its prefix. */
export class Snapshot {
  readonly keys: ReadonlyMap<string, Value>
  readonly jobs: ReadonlyMap<string, RawJob>

  constructor(keys: ReadonlyMap<string, Value>) {
    this.keys = keys
    const jobs = [...keys].filter(([key]) => key.startsWith('j:'))
    this.jobs = new Map(jobs.map(([key, { value }]) => [key.slice(2), jobOf(key.slice(2), String(value))]))
  }

  /** The keys that begin so, without what they begin with. */
  under(start: string): string[] {
    return [...this.keys.keys()].filter((key) => key.startsWith(start)).map((key) => key.slice(start.length))
  }

  list(key: string): readonly string[] {
    const value = this.keys.get(key)?.value ?? []
    return typeof value === 'string' ? [value] : value
  }

  /** A hash, or a sorted set with its scores. */
  map(key: string): Map<string, string> {
    const flat = this.list(key)
    return new Map(flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1] ?? '']] : [])))
  }

  number(field: string): number {
    return this.numbers().get(field) ?? 0
  }

  /** All numbers; how many are ready stands apart, by `<rank>:<type>`, and is named `<type> P<rank>` here. */
  numbers(): Map<string, number> {
    const ready = [...this.map('p')].map(([key, n]) => [`${key.slice(2)} P${key.slice(0, 1)}`, n] as const)
    return new Map([...this.map('n'), ...ready].map(([field, n]) => [field, Number(n)]))
  }
}

/** Takes a snapshot in one step, whatever goes on meanwhile. */
export async function takeSnapshot(call: Call, namespace: string): Promise<Snapshot> {
  const prefix = prefixOf(namespace)
  const found = (await call('EVAL', readAll, 1, `${prefix}n`)) as [
    string,
    string,
    string | string[],
    number,
  ][]
  return new Snapshot(
    new Map(
      found.map(([key, kind, value, ttl]) => [
        key.slice(prefix.length),
        { kind, value: inOrder(kind, value), ttl },
      ]),
    ),
  )
}

/** The members of a set, and the fields of a hash, come in any order. */
function inOrder(kind: string, value: string | readonly string[]): string | readonly string[] {
  if (typeof value === 'string' || (kind !== 'set' && kind !== 'hash')) return value
  if (kind === 'set') return value.toSorted()
  const fields = value.flatMap((field, i) => (i % 2 === 0 ? [[field, value[i + 1] ?? ''] as const] : []))
  return fields.toSorted(([one], [other]) => (one < other ? -1 : 1)).flat()
}

// -------------------------------------------------------------------------------------------------------------------

const readAll = `
local found = {}
local pattern = string.gsub(string.sub(KEYS[1], 1, -2), '[%*%?%[%]%\\\\]', '\\\\%0') .. '*'
for _, key in ipairs(redis.call('KEYS', pattern)) do
  local kind = redis.call('TYPE', key).ok
  local value
  if kind == 'string' then value = redis.call('GET', key)
  elseif kind == 'hash' then value = redis.call('HGETALL', key)
  elseif kind == 'list' then value = redis.call('LRANGE', key, 0, -1)
  elseif kind == 'zset' then value = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  elseif kind == 'set' then value = redis.call('SMEMBERS', key)
  end
  found[#found + 1] = { key, kind, value or '', redis.call('PTTL', key) }
end
return found`

function jobOf(name: string, text: string): RawJob {
  const [state = '', fixed = ''] = text.split('\n', 2)
  const words = fixed.split(' ')
  const [seq = '', type = '', rank = '', , createdAt = ''] = words
  return {
    name,
    ...stateOf(state.split(' '), seq, createdAt),
    seq,
    type,
    // Higher by 4 where others depend on it.
    rank: String(Number(rank) % 4),
    flags: words[11] ?? '-',
    dedupeKey: words[7] ?? '-',
    schedule: words[8] ?? '-',
    bytes: Buffer.byteLength(text),
  }
}

/** A job that never failed and was never handed back has but the words that say something: see src/drivers/redis/record.ts. */
function stateOf(
  words: readonly string[],
  seq: string,
  createdAt: string,
): Pick<RawJob, 'status' | 'ticket' | 'fence' | 'generation' | 'failures' | 'readyAt' | 'hasResult'> {
  const isWhole = words.length > 7
  const [status = ''] = words
  const [ticket = seq, fence = '0', generation = '1', failures = '0', readyAt = createdAt] = isWhole
    ? words.slice(1)
    : [seq, words[1]]
  const result = words[isWhole ? 10 : 6] ?? '-'
  return { status, ticket, fence, generation, failures: Number(failures), readyAt, hasResult: result !== '-' }
}
