import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { memoryQueue } from '../../src/drivers/memory/memory-queue.js'
import { redisQueue } from '../../src/drivers/redis/redis-queue.js'
import { sqliteQueue } from '../../src/drivers/sqlite/sqlite-queue.js'
import type { QueueAdapter } from '../../src/index.js'
import { freshNamespace, plainRedisUrl } from '../drivers/redis/redis-server.js'

/** A store, and how to come to it: each adapter is a connection of its own, as a process has it. */
export type Store = () => QueueAdapter

const folder = mkdtempSync(join(tmpdir(), 'riptide-migrate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let url: Promise<string> | undefined
let files = 0

/** Makes an empty store of each kind. */
export const stores = {
  memory: (): Promise<Store> => {
    const queue = memoryQueue()
    return Promise.resolve(() => queue)
  },
  redis: async (): Promise<Store> => {
    const address = await (url ??= plainRedisUrl())
    const namespace = freshNamespace()
    return () => redisQueue({ url: address, namespace })
  },
  sqlite: (): Promise<Store> => {
    const path = join(folder, `${++files}.db`)
    return Promise.resolve(() => sqliteQueue({ path, inline: true, synchronous: 'normal' }))
  },
} as const

export type Kind = keyof typeof stores

export const kinds: readonly Kind[] = ['memory', 'redis', 'sqlite']

/** Every way from one kind of store to another, or to one of the same kind. */
export const ways = kinds.flatMap((from) => kinds.map((to) => [from, to] as const))
