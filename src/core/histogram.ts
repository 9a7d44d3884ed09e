/**
 * Counts by logarithmic bucket, so that two processes' measurements add up by adding the counts. A bucket is 10 % wide, so
 * a quantile is at most 5 % off (the idea of DDSketch, Masson, Rim and Lee, VLDB 2019).
 */
export type Buckets = Readonly<Record<number, number>>

const growth = Math.log(1.1)
/** Bucket 0 holds all up to this many ms. */
const floorMs = 0.01

/** The bucket that a duration in ms belongs to. */
export function bucketOf(ms: number): number {
  return ms <= floorMs ? 0 : Math.ceil(Math.log(ms / floorMs) / growth)
}

/** The duration in ms that a share `q` (0..1) of the counted ones does not exceed; 0 when nothing was counted. */
export function quantile(buckets: Buckets, q: number): number {
  const keys = Object.keys(buckets)
    .map(Number)
    .sort((a, b) => a - b)
  const total = keys.reduce((sum, key) => sum + (buckets[key] ?? 0), 0)
  let left = Math.max(1, Math.ceil(total * q))
  for (const key of keys) {
    left -= buckets[key] ?? 0
    if (left <= 0) return valueOf(key)
  }
  return 0
}

/** The counts of several histograms as one. */
export function merge(all: readonly Buckets[]): Buckets {
  const out: Record<number, number> = {}
  for (const one of all)
    for (const [key, n] of Object.entries(one)) out[Number(key)] = (out[Number(key)] ?? 0) + n
  return out
}

function valueOf(bucket: number): number {
  return bucket === 0 ? floorMs : (floorMs * (1.1 ** bucket + 1.1 ** (bucket - 1))) / 2
}
