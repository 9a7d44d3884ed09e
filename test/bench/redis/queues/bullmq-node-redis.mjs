import { createNodeRedisClient } from 'bullmq'
import { createClient } from 'redis'
import { openWith } from './bullmq.mjs'

/** With node-redis instead of ioredis: the faster of the two here, which one has to ask for. */
export const open = openWith((port) =>
  createNodeRedisClient(createClient({ url: `redis://127.0.0.1:${port}` })),
)
