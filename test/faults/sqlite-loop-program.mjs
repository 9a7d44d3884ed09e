// Submits jobs and runs them in a loop without a pause, and writes down what was acknowledged, a line for each call and at
// once, so that what it wrote outlives a SIGKILL.
import { openSync, writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { sqliteQueue } from 'riptide-workers/sqlite'
import { answer } from './answering.mjs'
import { onStatement } from './statement-hook.mjs'

const { queue: setting, name, log, phase } = JSON.parse(process.argv[2])
const lines = openSync(log, 'a')
const queue = sqliteQueue({ ...setting, inline: true })
let seq = 0
let made = 0
let running = []
let isOver = false
let looping

const note = (...words) => writeSync(lines, `${words.join(' ')}\n`)

function newJob() {
  const id = `${name}-${++made}`
  const plain = { digest: '', type: 'loop', priority: 'normal', maxAttempts: 3, dedupeKey: null, options: '' }
  return {
    ...plain,
    id,
    token: id,
    delayMs: null,
    runAt: null,
    payload: `"${'x'.repeat((made * 37) % 500)}"`,
  }
}

async function submit() {
  const answers = await queue.submit(Array.from({ length: 1 + (made % 3) }, newJob))
  note('created', ...answers.map(({ id }) => id))
}

/** Ends what runs, and takes more. */
async function cycle() {
  const outcomes = running.map(({ id, fence }) => ({
    id,
    fence,
    settlement: { kind: 'complete', result: { inline: '{"ok":true}' } },
    runMs: 1,
    resultTtlMs: 3_600_000,
    keep: true,
  }))
  const { claims, stale } = await queue.cycle({
    instance: name,
    channel: 0,
    seq: ++seq,
    outcomes,
    wanted: [0, 1],
    types: ['loop'],
    leaseMs: 30_000,
    budgets: { high: 4, normal: 8, low: 16 },
  })
  const refused = new Set(stale.map(({ id }) => id))
  note('completed', ...running.flatMap(({ id }) => (refused.has(id) ? [] : [id])))
  running = claims
}

async function loop() {
  while (!isOver) {
    try {
      await submit()
      await cycle()
    } catch (error) {
      note('error', error.code, error.message)
    }
    await turn()
  }
}

/** One byte says whether a transaction is open. */
function showPhase() {
  const file = openSync(phase, 'w')
  onStatement((text) => {
    if (/^(BEGIN|COMMIT|ROLLBACK$)/.test(text)) writeSync(file, text[0], 0)
  })
}

await queue.open({ logger: { debug() {}, info() {}, warn() {}, error: (message) => note('error', message) } })
if (phase) showPhase()
answer({
  start() {
    looping = loop()
  },
  async stop() {
    isOver = true
    await looping
    await queue.close()
  },
})
process.on('disconnect', () => process.exit(0))
