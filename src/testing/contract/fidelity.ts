import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, errorIn, plain } from './script.js'
import { hardTexts } from './texts.js'

/** What is stored comes back byte for byte, and nobody can change it from outside. */
export const fidelityCases = [
  ...hardTexts.map(([name, text]) =>
    contractCase(`a payload keeps every byte: ${name}`, ['I13'], async (stage) => {
      const id = await stage.add({ payload: text, options: text })
      const claim = await stage.take()
      assert.ok(claim.payload === text && claim.options === text, 'the claim has the bytes')
      await stage.end(claim, complete(text))
      const record = await stage.record(id)
      assert.ok(record.payload === text && record.options === text, 'the record has the bytes')
      assert.ok(
        record.result && 'inline' in record.result && record.result.inline === text,
        'so has the result',
      )
    }),
  ),

  contractCase('a payload of two megabytes is a step of its own, and whole', ['I13'], async (stage) => {
    const payload = JSON.stringify('0123456789abcdef'.repeat(131_072))
    const id = await stage.add({ payload })
    assert.ok((await stage.take()).payload === payload)
    assert.ok((await stage.record(id)).payload === payload)
  }),

  contractCase('progress, log lines and errors keep every byte', ['I13'], async (stage) => {
    const id = await stage.add()
    const claim = await stage.take()
    const lines = hardTexts.slice(0, -1).map(([, text]) => text)
    await stage.renew([{ ...claim, progress: '{"value":0.30000000000000004,"note":"é\\u0000🌊"}', lines }])
    const error = { code: 'X', name: 'Ünï', message: '\u0000 "quoted" \\ 🌊 </script> %' }
    await stage.end(claim, { kind: 'fail', error })
    const record = await stage.record(id)
    assert.deepEqual([...record.lines], lines)
    assert.equal(record.progress, '{"value":0.30000000000000004,"note":"é\\u0000🌊"}')
    assert.deepEqual(errorIn(record.error), error)
  }),

  contractCase('a reason, a dedupe key and a digest keep every byte', ['I13'], async (stage) => {
    const text = 'é 日本 🌊 \' " \\ % _ {x} :a \u202e'
    const id = await stage.add({ dedupeKey: text, digest: text })
    await stage.cancel(id, text, text)
    const { dedupeKey, cancelReason } = await stage.record(id)
    assert.deepEqual([dedupeKey, cancelReason], [text, text])
    assert.equal((await stage.submit({ id, token: 'x', digest: text }))[0]?.kind, 'standing')
  }),

  contractCase('a definition keeps every byte', ['I13'], async (stage) => {
    for (const [name, definition] of hardTexts) {
      const { id } = await stage.schedule({ name, definition })
      assert.ok((await stage.scheduleNow(id)).definition === definition)
    }
  }),

  contractCase(
    'measured times keep their fractions, and instants their milliseconds',
    ['I13'],
    async (stage) => {
      const runAt = Date.UTC(2099, 11, 31, 23, 59, 59, 999)
      const later = await stage.add({ runAt })
      const id = await stage.add()
      await stage.end(await stage.take(), complete(), { runMs: 1234.5678 })
      assert.equal((await stage.record(id)).runMs, 1234.5678)
      assert.equal((await stage.record(later)).readyAt, runAt)
    },
  ),

  contractCase(
    'changing a job after its submission changes nothing that is stored',
    ['I13'],
    async (stage) => {
      const job = stage.job({ payload: '"before"' })
      const jobs = [job]
      const answering = stage.queue.submit(jobs)
      Object.assign(job, { payload: '"after"', type: 'changed', priority: 'low' })
      jobs.length = 0
      assert.equal((await answering).length, 1)
      const { payload, type, priority } = await stage.record(job.id)
      assert.deepEqual([payload, type, priority], ['"before"', 'task', 'normal'])
    },
  ),

  contractCase('changing what a look gave changes nothing that is stored', ['I13'], async (stage) => {
    const id = await stage.add()
    await stage.renew([{ ...(await stage.take()), lines: ['one'] }])
    await stage.unchanged(async () => {
      spoil(await stage.record(id))
      for (const job of (await stage.list()).jobs) spoil(job)
      spoil(await stage.queue.counts())
      spoil((await stage.queue.metrics()).types['task'])
    })
  }),

  contractCase(
    'changing a renewal after it was sent changes nothing that is stored',
    ['I13'],
    async (stage) => {
      const id = await stage.add()
      const claim = await stage.take()
      const lines = ['one']
      const types = ['task']
      await stage.renew([{ ...claim, lines }], { types })
      lines.push('two')
      types.push('three')
      assert.deepEqual([...(await stage.record(id)).lines], ['one'])
      assert.deepEqual(plain((await stage.queue.instances())[0]?.types), ['task'])
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

/** Overwrites what can be overwritten, as careless code does. */
function spoil(value: object | undefined): void {
  for (const [key, inner] of Object.entries(value ?? {})) {
    if (Array.isArray(inner) && !Object.isFrozen(inner)) inner.push('spoilt')
    else if (typeof inner === 'object' && inner !== null) spoil(inner as object)
    if (value && !Object.isFrozen(value)) Reflect.set(value, key, Array.isArray(inner) ? [] : 'spoilt')
  }
}
