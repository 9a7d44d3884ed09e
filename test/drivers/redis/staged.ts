import { afterEach, beforeAll, beforeEach } from 'vitest'
import { prefixOf } from '../../../src/drivers/redis/names.js'
import { redisQueue } from '../../../src/drivers/redis/redis-queue.js'
import { Stage } from '../../../src/testing/contract/stage.js'
import { type RedisProcess, freshNamespace, startRedis } from './redis-server.js'

/** What the tests of a block play on. */
export interface RedisStage {
  /** Started once for all of them. */
  readonly server: RedisProcess
  /** A stage of the contract on a queue there, new for each. */
  readonly stage: Stage
  /** That of the queue. */
  readonly namespace: string
  /** The full name of a key of the queue. */
  key(rest: string): string
}

/** Sets a stage up for each test of the block in which it is called, and closes it again. */
export function stagedOnRedis(): RedisStage {
  let server: RedisProcess
  let stage: Stage
  let namespace: string

  beforeAll(async () => {
    server = await startRedis()
  })
  beforeEach(async () => {
    namespace = freshNamespace()
    const create = () => redisQueue({ url: server.url, namespace })
    stage = await Stage.open({ create }, create())
  })
  afterEach(() => stage.close())

  return {
    get server() {
      return server
    },
    get stage() {
      return stage
    },
    get namespace() {
      return namespace
    },
    key: (rest) => prefixOf(namespace) + rest,
  }
}
