import { Queue, Worker } from 'bullmq'

/** With ioredis, the client it makes by itself. */
export const open = openWith((port) => ({ host: '127.0.0.1', port }))

/** One worker with a concurrency factor and auto-removal set on it, bulk additions: as its guide says. Events are on. */
export function openWith(connect) {
  return (settings, hooks) => openQueue({ ...settings, connection: connect(settings.port) }, hooks)
}

// -------------------------------------------------------------------------------------------------------------------

async function openQueue({ connection, role, concurrency, keep }, { run, ended }) {
  if (role === 'producer') {
    const queue = new Queue('bench', { connection })
    await queue.waitUntilReady()
    return {
      bulk: 1_000,
      addMany: (payloads) => queue.addBulk(payloads.map((data) => ({ name: 'noop', data }))),
      addOne: (data) => queue.add('noop', data),
    }
  }
  const worker = new Worker('bench', (job) => run(job.data), {
    connection,
    concurrency,
    removeOnComplete: keep ? { age: 3_600 } : { count: 0 },
    autorun: false,
  })
  worker.on('completed', ended)
  worker.on('error', fail)
  await worker.waitUntilReady()
  return {
    async start() {
      worker.run().catch(fail)
    },
  }
}

function fail(error) {
  console.error(error)
  process.exit(1)
}
