// A process of a fleet: runs jobs of several kinds, does what its parent says, and writes down all that happens, line by
// line and at once, so that what it wrote outlives a SIGKILL.
import { openSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { WorkerService, defineJob } from 'riptide-workers'
import { answer } from './answering.mjs'
import { makeQueue } from './worker-queue.mjs'

const given = JSON.parse(process.argv[2])
const file = openSync(given.history, 'a')

function note(line) {
  const us = Number(process.hrtime.bigint() / 1000n)
  writeSync(file, `${JSON.stringify({ us, pid: process.pid, ...line })}\n`)
}

function kind(name, run) {
  return defineJob({
    name,
    retry: given.retry,
    async handler(payload, ctx) {
      const { id, generation } = ctx.job
      const about = { job: id, generation, fence: ctx.fence, attempt: ctx.attempt }
      note({ kind: 'start', ...about })
      ctx.signal.addEventListener('abort', () =>
        note({ kind: 'abort', ...about, code: ctx.signal.reason.code }),
      )
      try {
        const value = await run(payload ?? {}, ctx)
        note({ kind: 'end', ...about, how: 'returned' })
        return value
      } catch (error) {
        note({ kind: 'end', ...about, how: 'threw' })
        throw error
      }
    },
  })
}

function block(ms) {
  const end = performance.now() + ms
  while (performance.now() < end);
}

const jobs = [
  kind('work', async ({ ms = 0, bytes = 0 }, ctx) => {
    if (ms > 0) await pause(ms, undefined, { signal: ctx.signal })
    return { attempt: ctx.attempt, pid: process.pid, ...(bytes > 0 ? { text: 'x'.repeat(bytes) } : {}) }
  }),
  kind('fail', ({ times }, ctx) => {
    if (ctx.attempt <= times) throw new Error(`as asked, ${ctx.attempt} of ${times}`)
    return { attempt: ctx.attempt }
  }),
  kind('busy', ({ ms, times = 1 }, ctx) => {
    if (ctx.attempt <= times) block(ms)
    return { attempt: ctx.attempt, pid: process.pid }
  }),
  kind('crash', ({ times }, ctx) => {
    if (ctx.attempt <= times) process.exit(1)
    return { attempt: ctx.attempt }
  }),
]

const { queue, close } = await makeQueue(given.queue)
const service = new WorkerService({
  queue,
  jobs,
  ...given.service,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
})

for (const name of ['completed', 'retrying', 'dead_letter', 'cancelled', 'lease_lost']) {
  service.on(`job:${name}`, ({ jobId, attempt, retryCount, delayMs, error }) =>
    note({ kind: name, job: jobId, attempt, retryCount, delayMs, code: error?.code }),
  )
}
service.on('service:error', ({ error }) => note({ kind: 'error', code: error.code, message: error.message }))
process.on('unhandledRejection', (reason) =>
  note({ kind: 'unhandled', message: String(reason?.stack ?? reason) }),
)
process.on('exit', () => note({ kind: 'exit' }))
process.on('uncaughtExceptionMonitor', (error) => note({ kind: 'unhandled', message: String(error.stack) }))

let stopped = false
/** What the process does beside calling the service. */
const verbs = {
  async stop(options) {
    await service.stop(options)
    close()
    stopped = true
  },
  /** Something in the app holds up the event loop. */
  block: (ms) => block(ms),
  /** Writes down each end that it hears of, and when it may have missed some. */
  hearEnds() {
    service.on('fleet:ended', ({ jobId, status }) => note({ kind: 'heard', job: jobId, status }))
    service.on('fleet:gap', () => note({ kind: 'gap' }))
    return service.getQueueStats()
  },
}

// A parent that is gone must not leave workers behind. After a stop the process has to end by itself.
process.on('disconnect', () => stopped || process.exit(0))
answer(verbs, (verb) => service[verb].bind(service))
