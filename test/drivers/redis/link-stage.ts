import { setTimeout as pause } from 'node:timers/promises'
import { afterEach } from 'vitest'
import { type RiptideError, isRiptideError } from '../../../src/core/errors.js'
import { type Logger, silentLogger } from '../../../src/core/logger.js'
import { type Link, createLink } from '../../../src/drivers/redis/link.js'
import { prefixOf } from '../../../src/drivers/redis/names.js'
import { type RedisQueueOptions, resolveQueueOptions } from '../../../src/drivers/redis/redis-options.js'
import { defineScript } from '../../../src/drivers/redis/script.js'

export const echo = defineScript('echo', ['return ARGV[1]'], { awaited: false })
export const append = defineScript('append', [`return redis.call('APPEND', KEYS[1], ARGV[1])`])
export const say = defineScript('say', [`return redis.call('PUBLISH', ARGV[1], ARGV[2])`], { awaited: false })

/** A link with its key, and the log lines it wrote. */
export interface Stage extends Link {
  readonly key: string
  readonly channel: string
  readonly lines: readonly (readonly [string, string, unknown])[]
  readonly logger: Logger
  readonly opened: () => Promise<Stage>
}

const stages = new Set<Stage>()

/** A link that is closed after the test. */
export function linkTo(options: RedisQueueOptions): Stage {
  const { link: linkOptions, namespace } = resolveQueueOptions(options)
  const link = createLink(linkOptions)
  const lines: (readonly [string, string, unknown])[] = []
  const write =
    (level: string) =>
    (message: string, fields?: unknown): void =>
      void lines.push([level, message, fields])
  const logger = { ...silentLogger, warn: write('warn'), error: write('error') }
  const stage: Stage = {
    isCluster: link.isCluster,
    open: (given) => link.open(given),
    close: () => link.close(),
    run: (script, key, args) => link.run(script, key, args),
    listen: (channel, onText) => link.listen(channel, onText),
    onReconnect: (listener) => link.onReconnect(listener),
    key: `${prefixOf(namespace)}n`,
    channel: `${prefixOf(namespace)}ev`,
    lines,
    logger,
    opened: async () => {
      await link.open({ logger })
      return stage
    },
  }
  stages.add(stage)
  return stage
}

afterEach(async () => {
  for (const stage of stages) {
    await stage.close()
    await stage.close()
  }
  stages.clear()
})

/** What a promise rejects with: one of our errors, or the test fails. */
export async function errorOf(work: Promise<unknown>): Promise<RiptideError> {
  const thrown: unknown = await work.then(
    (value) => new Error(`it did not reject; it answered ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (isRiptideError(thrown)) return thrown
  throw thrown
}

/** Waits until something holds, and fails when it does not within `ms`. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const deadline = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it did not come about within ${ms} ms`)
    await pause(10)
  }
}

/** Sends until the store answers: what the engine does. */
export async function untilAnswered<T>(send: () => Promise<T>, ms = 10_000): Promise<T> {
  let answer: { readonly value: T } | undefined
  await until(async () => {
    answer = await send().then(
      (value) => ({ value }),
      (error: unknown) => {
        if (isRiptideError(error) && error.retryable) return undefined
        throw error
      },
    )
    return answer !== undefined
  }, ms)
  return answer!.value
}
