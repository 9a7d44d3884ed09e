// Has a queue and no service; it is called step by step, and may be told to die in the middle of one.
import { sqliteQueue } from 'riptide-workers/sqlite'
import { answer } from './answering.mjs'
import { dieAfter, limitPages } from './statement-hook.mjs'
import { longestTurn } from './turns.mjs'

const logger = { debug() {}, info() {}, warn() {}, error() {} }
let queue
let now = 0

answer({
  open(setting) {
    queue = sqliteQueue(setting)
    return queue.open({ logger, clock: { now: () => now } })
  },
  dieAfter,
  limitPages,
  longestTurn,
  /** Of the queue or its storage; `at` is the time of the caller's clock. */
  call(of, at, verb, ...args) {
    now = at
    return (of === 'storage' ? queue.storage : queue)[verb](...args)
  },
})
process.on('disconnect', () => process.exit(0))
