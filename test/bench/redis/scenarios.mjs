import { setTimeout as sleep } from 'node:timers/promises'

// A scenario measures one queue once. It gets an empty server, the number of jobs, the settings of the row, the number of
// the round, and `launch(role, more settings)`, which starts a process of that queue.

/** Work on a queue that was filled first. */
export async function filled({ launch, jobs }) {
  await fill(launch, jobs)
  return { perSecond: jobs / (await workOn(launch, jobs)) }
}

/** A producer with 50 additions in flight and a worker, at once. */
export async function together({ launch, jobs }) {
  const worker = await launch('worker')
  const producer = await launch('producer')
  await worker.ask('start')
  const start = performance.now()
  const added = producer.ask('add', { jobs, inFlight: 50 })
  await worker.ask('ended', jobs)
  const seconds = (performance.now() - start) / 1000
  await added
  await Promise.all([producer.end(), worker.end()])
  return { perSecond: jobs / seconds }
}

/** Additions in bulk, then one by one with 50 in flight, each in a process of its own and with no worker there. */
export async function adding({ server, launch, jobs }) {
  const bulk = await fill(launch, jobs)
  await server.empty()
  const producer = await launch('producer')
  const single = await producer.ask('add', { jobs, inFlight: 50 })
  await producer.end()
  return { bulkPerSecond: jobs / bulk, singlePerSecond: jobs / single }
}

/** What a job costs the server: commands for adding and running it, CPU for running it and for both. */
export async function cost({ server, launch, jobs }) {
  const before = await server.work()
  await fill(launch, jobs)
  const between = await server.work()
  await workOn(launch, jobs)
  const after = await server.work()
  return {
    commands: (after.calls - before.calls) / jobs,
    runMicros: (after.cpuMicros - between.cpuMicros) / jobs,
    cpuMicros: (after.cpuMicros - before.cpuMicros) / jobs,
  }
}

/** Bytes of a job that waits, and of the same job when it has ended and its result is kept. */
export async function memory({ server, launch, jobs }) {
  const before = await server.bytes()
  await fill(launch, jobs)
  const waiting = await server.bytes()
  await workOn(launch, jobs)
  const finished = await server.bytes()
  return { waitingBytes: (waiting - before) / jobs, finishedBytes: (finished - before) / jobs }
}

/** From submit in one process to start in another, which is idle. */
export async function pickUp({ launch }) {
  const [warmUp, samples] = [300, 1_000]
  const worker = await launch('worker')
  const producer = await launch('producer')
  await worker.ask('start')
  await producer.ask('pulse', { jobs: warmUp + samples, everyMs: 5 })
  await worker.ask('started', warmUp + samples)
  const { p50, p99 } = await worker.ask('waits', warmUp)
  await Promise.all([producer.end(), worker.end()])
  return { p50, p99 }
}

/** Commands of a worker that has nothing to do. */
export async function idle({ server, launch }) {
  const seconds = 20
  const worker = await launch('worker')
  await worker.ask('start')
  await sleep(3_000)
  const before = await server.work()
  const commandsPerSecond = await server.received(seconds)
  const after = await server.work()
  await worker.end()
  return { commandsPerSecond, callsPerSecond: (after.calls - before.calls) / seconds }
}

/** The same number of jobs from a short queue and from one a hundred times as long. */
export async function backlog({ server, launch, jobs }) {
  const few = jobs / 10
  const shallow = await pace(few)
  await server.empty()
  const deep = await pace(jobs * 10)
  return { shallowPerSecond: shallow, deepPerSecond: deep, share: deep / shallow }

  async function pace(waiting) {
    await fill(launch, waiting)
    return few / (await workOn(launch, few))
  }
}

/** From the death of a worker, while another is there, to the start of the last of its four jobs over there. */
export async function killed({ launch, round }) {
  const first = await launch('worker', { hang: true })
  const producer = await launch('producer')
  await first.ask('start')
  await producer.ask('add', { jobs: 4, inFlight: 4 })
  await first.ask('started', 4)
  const second = await launch('worker')
  await second.ask('start')
  // Each round meets the timers of the queue at another point.
  await sleep(5_000 + 5_000 * round)
  await first.end()
  const start = performance.now()
  await second.ask('started', 4)
  const seconds = (performance.now() - start) / 1000
  await Promise.all([producer.end(), second.end()])
  return { seconds }
}

// -------------------------------------------------------------------------------------------------------------------

async function fill(launch, jobs) {
  const producer = await launch('producer')
  const seconds = await producer.ask('fill', jobs)
  await producer.end()
  return seconds
}

async function workOn(launch, jobs) {
  const worker = await launch('worker')
  const seconds = await worker.ask('work', jobs)
  await worker.end()
  return seconds
}
