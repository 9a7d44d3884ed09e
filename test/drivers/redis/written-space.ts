import { Redis } from 'ioredis'
import { afterAll } from 'vitest'
import type { Link } from '../../../src/drivers/redis/link.js'
import { nameOf, prefixOf, wordOf, wordOrNull } from '../../../src/drivers/redis/names.js'
import type { Namespace } from '../../../src/drivers/redis/read-scripts.js'
import { freshNamespace, plainRedisUrl } from './redis-server.js'

/** A job as a test writes it; what is left out is as in a job just made. */
export interface WrittenJob {
  readonly id: string
  readonly type?: string
  readonly rank?: number
  readonly createdAt?: number
  readonly options?: string
  readonly payload?: string
  readonly dedupeKey?: string | null
  /** Its state line, whole. */
  readonly state?: string
  /** What stands behind the payload. */
  readonly result?: string
  readonly side?: Readonly<Record<string, string>>
  readonly lines?: readonly string[]
}

/** A namespace whose keys a test writes itself, so that what only reads is tested without what writes. */
export class WrittenSpace {
  readonly prefix = prefixOf(freshNamespace())
  readonly space: Namespace
  readonly redis: Redis
  now = 1_700_000_000_000
  /** Scripts that ran. */
  steps = 0
  #sequence = 0

  private constructor(redis: Redis) {
    this.redis = redis
    const unused = (): never => {
      throw new Error('not for this test')
    }
    const link: Link = {
      isCluster: false,
      open: unused,
      close: unused,
      run: (script, key, args) => {
        this.steps++
        return redis.eval(script.text, 1, key, ...args)
      },
      listen: unused,
      onReconnect: unused,
    }
    this.space = { link, prefix: this.prefix, time: () => String(this.now) }
  }

  static async open(): Promise<WrittenSpace> {
    client ??= new Redis(await plainRedisUrl())
    return new WrittenSpace(client)
  }

  /** Writes jobs, each with the next sequence number, and counts them. */
  async put(...jobs: readonly WrittenJob[]): Promise<void> {
    const pipeline = this.redis.pipeline()
    for (const job of jobs) {
      const seq = ++this.#sequence
      const bucket = Math.floor(seq / 128)
      const name = nameOf(job.id)
      pipeline.set(this.key(`j:${name}`), recordText(job, seq, this.now))
      pipeline.hset(this.key(`o:${bucket}`), String(seq), name)
      pipeline.zadd(this.key('ob'), bucket, String(bucket))
      const letter = (job.state ?? 'P').slice(0, 1)
      const type = wordOf(job.type ?? 'work')
      if (letter === 'P') pipeline.hincrby(this.key('p'), `${job.rank ?? 2}:${type}`, 1)
      else pipeline.hincrby(this.key('n'), `${type} ${letter}`, 1)
      if (job.side) pipeline.hset(this.key(`s:${name}`), job.side)
      if (job.lines) pipeline.rpush(this.key(`l:${name}`), ...job.lines)
    }
    await pipeline.exec()
  }

  /** As though so many jobs had been made and removed. */
  skip(count: number): void {
    this.#sequence += count
  }

  /** Changes numbers. */
  async add(numbers: Readonly<Record<string, number>>): Promise<void> {
    for (const [field, n] of Object.entries(numbers)) await this.redis.hincrby(this.key('n'), field, n)
  }

  key(rest: string): string {
    return this.prefix + rest
  }
}

let client: Redis | undefined

afterAll(() => client?.disconnect())

// -------------------------------------------------------------------------------------------------------------------

function recordText(job: WrittenJob, seq: number, now: number): string {
  const { id, type = 'work', rank = 2, createdAt = now, options = '{}', payload = `{"of":"${id}"}` } = job
  const fixed: (string | number)[] = [seq, wordOf(type), rank, 3, createdAt, options.length, payload.length]
  if (job.dedupeKey !== undefined) fixed.push(wordOrNull(job.dedupeKey))
  return `${job.state ?? 'P'}\n${fixed.join(' ')}\n${options}${payload}${job.result ?? ''}`
}
