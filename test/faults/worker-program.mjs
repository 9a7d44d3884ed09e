// A process of a fleet: runs jobs of several kinds, does what its parent says, and writes down all that happens, line by
// line and at once, so that what it wrote outlives a SIGKILL.
import { openSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Cluster } from 'ioredis'
import { WorkerService, defineJob } from 'riptide-workers'
import { redisQueue } from 'riptide-workers/redis'

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

const { url, cluster, ...settings } = given.queue
const client = cluster && new Cluster(cluster)
const service = new WorkerService({
  queue: redisQueue(client ? { ...settings, client } : { ...settings, url }),
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
process.on('uncaughtExceptionMonitor', (error) => note({ kind: 'unhandled', message: String(error.stack) }))

let stopped = false
const verbs = {
  start: () => service.start(),
  async stop(options) {
    await service.stop(options)
    client?.disconnect()
    stopped = true
  },
  submit: (entries) => service.submitJobs(entries),
  wait: (id, options) => service.waitForJob(id, options),
  health: () => service.healthCheck(),
  schedule: (schedule) => service.addScheduledJob(schedule),
  /** Something in the app holds up the event loop. */
  block: (ms) => block(ms),
}

process.on('message', async ({ n, verb, args }) => {
  try {
    const value = await verbs[verb](...args)
    process.send?.({ n, value: value ?? null })
  } catch (error) {
    process.send?.({ n, code: error.code ?? 'none', message: String(error.message) })
  }
})
// A parent that is gone must not leave workers behind. After a stop the process has to end by itself.
process.on('disconnect', () => stopped || process.exit(0))
process.send({ n: 0, value: null })
