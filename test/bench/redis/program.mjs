// One process of a measurement, a producer or a worker of one of the queues; does what contender.mjs asks it for.
import { setTimeout as sleep } from 'node:timers/promises'
import { quantile } from '../table.mjs'
import { ageMsOf, payloadOf, result, stampedPayloadOf } from './jobs.mjs'
import { makeTally } from './tally.mjs'

const [name, settings] = JSON.parse(process.argv[2])
const started = makeTally()
const ended = makeTally()
const waits = []

const verbs = {
  /** Adds n jobs in bulk; answers the seconds it took. */
  fill: (n) => timed(() => fill(n)),

  /** Adds n jobs by themselves, so many in flight; answers the seconds it took. */
  add: ({ jobs, inFlight }) => timed(() => addEach(jobs, inFlight)),

  /** Adds n jobs one after another, so far apart that each finds the queue idle. */
  async pulse({ jobs, everyMs }) {
    for (let i = 0; i < jobs; i++) {
      await queue.addOne(stampedPayloadOf(i))
      await sleep(everyMs)
    }
  },

  start: () => queue.start(),
  count: () => started.count,
  started: (n) => started.reached(n),
  ended: (n) => ended.reached(n),

  /** Works on a queue that was filled before; answers the seconds until the n-th job had ended. */
  work: (n) =>
    timed(async () => {
      await queue.start()
      await ended.reached(n)
    }),

  /** The times in ms from making a job to its start, but for the first ones. */
  async waits(warmUp) {
    const measured = waits.slice(warmUp)
    return { p50: quantile(measured, 0.5), p99: quantile(measured, 0.99) }
  },
}

const { open } = await import(`./queues/${name}.mjs`)
const queue = await open(settings, { run, ended: () => ended.add() }).catch(refuse)
if (queue !== undefined) {
  process.on('message', ({ verb, given }) => void answer(verb, given))
  process.send({ kind: 'ready' })
}

function run(payload) {
  if (payload.at !== undefined) waits.push(ageMsOf(payload))
  started.add()
  return settings.hang ? new Promise(() => undefined) : Promise.resolve(result)
}

async function answer(verb, given) {
  const value = await verbs[verb](given)
  process.send({ kind: 'answer', value })
}

async function timed(step) {
  globalThis.gc()
  const start = performance.now()
  await step()
  return (performance.now() - start) / 1000
}

async function fill(n) {
  for (let i = 0; i < n; i += queue.bulk)
    await queue.addMany(Array.from({ length: Math.min(queue.bulk, n - i) }, (_, k) => payloadOf(i + k)))
}

async function addEach(n, inFlight) {
  let next = 0
  const one = async () => {
    while (next < n) await queue.addOne(payloadOf(next++))
  }
  await Promise.all(Array.from({ length: inFlight }, one))
}

/** A queue that does not know a setting of the row is not measured in it. */
function refuse(error) {
  if (error.code !== 'CONFIG_INVALID') throw error
  process.send({ kind: 'refused', text: error.message })
}
