import BeeQueue from 'bee-queue'

/**
 * Each role with what its documents call unneeded switched off; events are sent, as by the others. It keeps no results and
 * removes nothing by age: what "kept" means here is the body of the job, for ever.
 */
export async function open({ port, role, concurrency, keep }, { run, ended }) {
  const queue = new BeeQueue('bench', {
    redis: { host: '127.0.0.1', port },
    isWorker: role === 'worker',
    getEvents: false,
    storeJobs: false,
    sendEvents: role === 'worker',
    activateDelayedJobs: false,
    removeOnSuccess: !keep,
  })
  queue.on('error', fail)
  await queue.ready()
  if (role === 'producer') {
    return {
      bulk: 1_000,
      addMany: (payloads) => saveAll(queue, payloads),
      addOne: (payload) => queue.createJob(payload).save(),
    }
  }
  queue.on('succeeded', ended)
  return {
    async start() {
      queue.process(concurrency, (job) => run(job.data))
      // Its documents: a worker shall make this call itself; the interval is the one that stalls are told by.
      queue.checkStalledJobs(queue.settings.stallInterval).catch(fail)
    },
  }
}

async function saveAll(queue, payloads) {
  const errors = await queue.saveAll(payloads.map((payload) => queue.createJob(payload)))
  for (const error of errors.values()) throw error
}

function fail(error) {
  console.error(error)
  process.exit(1)
}
