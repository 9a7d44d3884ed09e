import { describe, expect, test } from 'vitest'
import { RiptideError, memoryQueue } from '../../src/index.js'
import { gate, job, newFakeService } from './stage.js'

const lingerMs = 10_000
const ignore = (): void => undefined

/** A service with one type, `open`, that ends when the gate opens; and what it subscribed to of ends. */
function listening() {
  const queue = memoryQueue()
  const log: string[] = []
  const [open, subscribe] = [queue.open.bind(queue), queue.subscribe.bind(queue)]
  queue.open = (options) => (log.push('open'), open(options))
  queue.subscribe = (instance, listener, options) => {
    const off = subscribe(instance, listener, options)
    if (instance !== null) return off
    log.push('on')
    return () => (log.push('off'), off())
  }
  const end = gate<number>()
  const stage = newFakeService({ queue, jobs: [job('open', () => end.opened)] })
  const submit = async (): Promise<string> => {
    const { id } = await stage.service.submitJob({ type: 'open', payload: null })
    await stage.clock.advance(0)
    return id
  }
  const stop = (): Promise<unknown> =>
    Promise.all([stage.service.stop({ graceMs: 100 }), stage.clock.advance(2_000)])
  return { ...stage, queue, log, end, submit, stop }
}

describe('a service on which nobody waits', () => {
  test('does not ask for the ends of jobs, whatever else it does', async () => {
    const { service, clock, log, end, submit, stop } = listening()
    for (const event of ['job:completed', 'job:submitted', 'service:error'] as const)
      service.on(event, ignore)
    await service.start()
    const id = await submit()
    end.open(1)
    await clock.advance(60_000)
    expect(await service.getJobResult(id)).toMatchObject({ data: 1 })
    await stop()
    expect(log).toEqual(['open'])
  })
})

describe('the first who waits for a job', () => {
  test('has it ask for ends, and it leaves ten seconds after the last', async () => {
    const { service, clock, log, end, submit, stop } = listening()
    await service.start()
    const id = await submit()
    const waits = [service.waitForJob(id), service.waitForJob(id)]
    await clock.advance(60_000)
    expect(log).toEqual(['open', 'on'])
    end.open(7)
    await clock.advance(lingerMs - 1)
    expect((await Promise.all(waits)).map(({ data }) => data)).toEqual([7, 7])
    expect(log).toEqual(['open', 'on'])
    await clock.advance(1)
    expect(log).toEqual(['open', 'on', 'off'])
    await stop()
  })

  test('hears of the end at once, from whatever service did it', async () => {
    const { service, clock, queue, end, submit, stop } = listening()
    await service.start()
    const id = await submit()
    const other = newFakeService({ queue, clock })
    const waiting = other.service.waitForJob(id)
    await clock.advance(5_000)
    let took = -1
    const begun = clock.now()
    void waiting.then(() => (took = clock.now() - begun))
    end.open(7)
    await clock.advance(0)
    expect(took).toBe(0)
    await Promise.all([stop(), other.service.stop()])
  })

  test('who gives up counts as gone', async () => {
    const { service, clock, log, submit, stop } = listening()
    await service.start()
    const id = await submit()
    const waiting = service.waitForJob(id, { timeoutMs: 50 }).catch((error: unknown) => error)
    await clock.advance(50)
    expect(await waiting).toMatchObject({ code: 'TIMEOUT' })
    await clock.advance(lingerMs)
    expect(log).toEqual(['open', 'on', 'off'])
    await stop()
  })
})

describe('the first who listens to the fleet', () => {
  test.each(['fleet:ended', 'fleet:moved', 'fleet:gap'] as const)(
    'by %s opens the store and has the service ask for ends',
    async (event) => {
      const { service, clock, log, stop } = listening()
      service.on(event, ignore)
      await clock.advance(0)
      expect(log).toEqual(['open', 'on'])
      await stop()
    },
  )

  test('keeps it for as long as anyone listens, and ten seconds more', async () => {
    const { service, clock, log, stop } = listening()
    const off = [service.on('fleet:ended', ignore), service.on('fleet:gap', ignore)]
    await clock.advance(60_000)
    off[0]?.()
    await clock.advance(60_000)
    expect(log).toEqual(['open', 'on'])
    off[1]?.()
    await clock.advance(lingerMs - 1)
    expect(log).toEqual(['open', 'on'])
    await clock.advance(1)
    expect(log).toEqual(['open', 'on', 'off'])
    await stop()
  })

  test('once counts too, and hears the next end', async () => {
    const { service, clock, log, end, submit, stop } = listening()
    await service.start()
    const heard: string[] = []
    service.once('fleet:ended', ({ jobId }) => heard.push(jobId))
    expect(log).toEqual(['open', 'on'])
    const id = await submit()
    end.open(1)
    await clock.advance(0)
    expect(heard).toEqual([id])
    await stop()
  })

  test('once has left when it has heard', async () => {
    const { service, clock, log, end, submit, stop } = listening()
    await service.start()
    service.once('fleet:ended', ignore)
    await submit()
    end.open(1)
    await clock.advance(lingerMs)
    expect(log).toEqual(['open', 'on', 'off'])
    await stop()
  })

  test('and once, but takes it back, leaves', async () => {
    const { service, clock, log, stop } = listening()
    await service.start()
    service.once('fleet:gap', ignore)()
    await clock.advance(lingerMs)
    expect(log).toEqual(['open', 'on', 'off'])
    await stop()
  })

  test('hears of the ends after the next start, too', async () => {
    const { service, clock, log, end, submit, stop } = listening()
    const heard: string[] = []
    service.on('fleet:ended', ({ jobId }) => heard.push(jobId))
    await service.start()
    await stop()
    expect(log).toEqual(['open', 'on', 'off'])
    await service.start()
    const id = await submit()
    end.open(1)
    await clock.advance(0)
    expect([heard, log]).toEqual([[id], ['open', 'on', 'off', 'open', 'on']])
    await stop()
  })

  test('of a service that has stopped opens nothing', async () => {
    const { service, clock, log, stop } = listening()
    await service.start()
    await stop()
    const errors: string[] = []
    service.on('service:error', ({ error }) => errors.push(error.code))
    service.on('fleet:ended', ignore)
    await clock.advance(1_000)
    expect([log, errors]).toEqual([['open'], []])
  })

  test('where the store does not open is told by a service error', async () => {
    const { service, clock, queue, stop } = listening()
    queue.open = () => Promise.reject(new RiptideError('STORE_UNAVAILABLE', 'wrong password'))
    const errors: string[] = []
    service.on('service:error', ({ error }) => errors.push(error.message))
    service.on('fleet:ended', ignore)
    await clock.advance(0)
    expect(errors).toEqual(['wrong password'])
    await stop()
  })

  test('where the store does not open at first hears as soon as it does', async () => {
    const { service, clock, queue, log, stop } = listening()
    const open = queue.open
    let isDown = true
    queue.open = (options) =>
      isDown
        ? Promise.reject(new RiptideError('STORE_UNAVAILABLE', 'down', { retryable: true }))
        : open(options)
    service.on('fleet:ended', ignore)
    await clock.advance(30_000)
    isDown = false
    await clock.advance(30_000)
    await stop()
    expect(log).toEqual(['open', 'on', 'off'])
  })

  test('and others with it are told once that the store does not open', async () => {
    const { service, clock, queue, stop } = listening()
    queue.open = () => Promise.reject(new RiptideError('STORE_UNAVAILABLE', 'wrong password'))
    const errors: string[] = []
    service.on('service:error', ({ error }) => errors.push(error.message))
    service.on('fleet:ended', ignore)
    service.on('fleet:gap', ignore)
    service.on('job:completed', ignore)
    await clock.advance(0)
    await stop()
    expect(errors).toEqual(['wrong password'])
  })
})

test('a stop leaves at once, with who waited and who listened', async () => {
  const { service, clock, log, submit, stop } = listening()
  await service.start()
  const id = await submit()
  service.on('fleet:ended', ignore)
  const waiting = service.waitForJob(id).catch((error: unknown) => error)
  await clock.advance(0)
  await stop()
  expect(await waiting).toMatchObject({ code: 'STATE_INVALID' })
  expect([log, clock.pendingTimers]).toEqual([['open', 'on', 'off'], 0])
})

test('a stop within the ten seconds leaves no timer', async () => {
  const { service, clock, log, end, submit, stop } = listening()
  await service.start()
  const id = await submit()
  end.open(1)
  await clock.advance(0)
  await service.waitForJob(id)
  await stop()
  expect([log, clock.pendingTimers]).toEqual([['open', 'on', 'off'], 0])
})
