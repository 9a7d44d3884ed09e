import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WorkerService, defineJob, memoryQueue } from '../../src/index.js'

const keyOf = (id: string) => ({ id, secret: randomBytes(32).toString('base64') })
const canary = 'the canary of the coal mine'
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

const echo = defineJob({
  name: 'echo',
  retry: { maxAttempts: 1 },
  async handler(payload: { text: string; times?: number }, ctx) {
    const stepped = await ctx.step('copy', () => payload.text)
    return { text: stepped.repeat(payload.times ?? 1) }
  },
})

function serviceOn(queue = memoryQueue(), keys = [keyOf('a')]): WorkerService {
  return new WorkerService({ queue, jobs: [echo], encryption: { keys }, logger: quiet })
}

test('a store sees neither payload nor result, inline or large, and the user sees both', async () => {
  const queue = memoryQueue()
  const written: string[] = []
  const set = queue.storage.set.bind(queue.storage)
  queue.storage.set = (key, value, ttlMs) => (written.push(value), set(key, value, ttlMs))
  const service = serviceOn(queue)
  await service.start()
  const small = await service.submitJob(echo({ text: canary }))
  const large = await service.submitJob(echo({ text: canary, times: 5000 }))
  expect((await service.waitForJob(small.id)).data).toEqual({ text: canary })
  expect((await service.waitForJob(large.id)).data).toEqual({ text: canary.repeat(5000) })
  expect(await service.getJob(small.id)).toMatchObject({ payload: { text: canary } })
  const stored = JSON.stringify([await queue.get(small.id), await queue.get(large.id), written])
  expect(written).toHaveLength(1)
  expect(stored).toContain('~s1.a.')
  expect(stored).not.toContain('canary')
  await service.stop()
})

test('what was stored under an older key is read after a rotation', async () => {
  const queue = memoryQueue()
  const [old, fresh] = [keyOf('old'), keyOf('new')]
  const before = serviceOn(queue, [old])
  const { id } = await before.submitJob(echo({ text: canary }))
  await before.stop()
  const after = serviceOn(queue, [fresh, old])
  await after.start()
  expect((await after.waitForJob(id)).data).toEqual({ text: canary })
  await after.stop()
})

test('a run whose payload cannot be opened fails and says why, and hurts no other', async () => {
  const queue = memoryQueue()
  const foreign = serviceOn(queue, [keyOf('lost')])
  const { id } = await foreign.submitJob(echo({ text: canary }))
  await foreign.stop()
  const service = serviceOn(queue)
  const own = await service.submitJob(echo({ text: 'mine' }))
  await service.start()
  expect((await service.waitForJob(own.id)).data).toEqual({ text: 'mine' })
  expect(await service.waitForJob(id)).toMatchObject({ success: false, error: { code: 'DECRYPTION_FAILED' } })
  expect(await service.getJob(id)).not.toHaveProperty('payload')
  await service.stop()
})

test('a result that cannot be opened is an error, not an empty one', async () => {
  const queue = memoryQueue()
  const foreign = serviceOn(queue, [keyOf('lost')])
  await foreign.start()
  const { id } = await foreign.submitJob(echo({ text: canary }))
  await foreign.waitForJob(id)
  await foreign.stop()
  const service = serviceOn(queue)
  await expect(service.getJobResult(id)).rejects.toMatchObject({ code: 'DECRYPTION_FAILED' })
  await service.stop()
})

test('a service without keys says of what is encrypted that it is, and runs all else', async () => {
  const queue = memoryQueue()
  const sealing = serviceOn(queue)
  await sealing.start()
  const ended = await sealing.submitJob(echo({ text: canary }))
  await sealing.waitForJob(ended.id)
  await sealing.pause()
  const waiting = await sealing.submitJob(echo({ text: canary }))
  await sealing.stop()
  const open = new WorkerService({ queue, jobs: [echo], logger: quiet })
  await open.start()
  await open.resume()
  const own = await open.submitJob(echo({ text: 'mine' }))
  expect((await open.waitForJob(own.id)).data).toEqual({ text: 'mine' })
  expect(await open.waitForJob(waiting.id)).toMatchObject({
    success: false,
    error: { code: 'DECRYPTION_FAILED', message: expect.stringContaining('no keys') as string },
  })
  expect(await open.getJob(waiting.id)).not.toHaveProperty('payload')
  await expect(open.getJobResult(ended.id)).rejects.toMatchObject({ code: 'DECRYPTION_FAILED' })
  await open.stop()
})

test('schedules and templates are sealed, and the same definition is still the standing one', async () => {
  const queue = memoryQueue()
  const service = serviceOn(queue)
  const schedule = { name: 'often', everyMs: 3_600_000, job: echo({ text: canary }) }
  const made = await service.addScheduledJob(schedule)
  expect(await service.addScheduledJob(schedule)).toEqual(made)
  expect(made.job).toEqual({ type: 'echo', payload: { text: canary } })
  await service.putTemplate({ name: 'say', job: echo({ text: canary }) })
  expect(await service.getTemplate('say')).toMatchObject({ version: 1, job: { payload: { text: canary } } })
  const settings = await queue.settings({ prefix: '', after: null, limit: 10 })
  expect(settings).toHaveLength(1)
  expect(JSON.stringify([await queue.schedules(), settings])).not.toContain('canary')
  await service.stop()
})

test.each([
  ['no keys', { keys: [] }],
  ['a key that is too short', { keys: [{ id: 'a', secret: 'c2hvcnQ=' }] }],
  ['two keys of one id', { keys: [keyOf('a'), keyOf('a')] }],
  ['an id with a dot', { keys: [keyOf('a.b')] }],
])('%s is refused', (_, encryption) => {
  expect(() => new WorkerService({ encryption })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

test('a store does not see the secret of a job’s own webhook, and a delivery is signed with it', async () => {
  const key = randomBytes(32)
  const secret = `whsec_${key.toString('base64')}`
  const receiver = createServer((request, response) => {
    response.end()
    void request
      .toArray()
      .then((body) => receiver.emit('told', request.headers, Buffer.concat(body).toString()))
  })
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const queue = memoryQueue()
  const stored: string[] = []
  const submit = queue.submit.bind(queue)
  queue.submit = (jobs) => (stored.push(...jobs.map(({ options }) => options)), submit(jobs))
  const keys = [keyOf('a')]
  const options = {
    queue,
    jobs: [echo],
    encryption: { keys },
    logger: quiet,
    crawl: { allowPrivateNetwork: true },
  }
  const service = new WorkerService(options)
  await service.start()
  try {
    const told = once(receiver, 'told') as Promise<[Record<string, string>, string]>
    await service.submitJob(echo({ text: canary }), { webhook: { url, secret } })
    const [headers, body] = await told
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    )
    // The job's, and its delivery's.
    expect(stored.filter((text) => text.includes('~s1.a.'))).toHaveLength(2)
    expect(stored.join()).not.toContain(secret)
  } finally {
    await service.stop()
    receiver.close()
  }
})

test('a delivery whose secret cannot be opened is not signed with another', async () => {
  const queue = memoryQueue()
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const before = serviceOn(queue, [keyOf('lost')])
  const webhook = { url: 'https://receiver.example/', secret }
  const { id } = await before.submitJob(echo({ text: canary }), { webhook })
  await before.stop()
  const service = serviceOn(queue, [keyOf('a')])
  await service.start()
  await service.waitForJob(id)
  await expect
    .poll(async () => (await service.listJobs({ type: 'riptide.webhook' })).jobs[0]?.lastError)
    .toMatchObject({ code: 'DECRYPTION_FAILED' })
  await service.stop()
})
