import { describe, expect, test } from 'vitest'
import { type QueueAdapter, memoryQueue, migrate } from '../../src/index.js'
import { renewOf } from '../../src/testing/contract/script.js'
import { FakeClock } from '../../src/testing/index.js'
import { contentsOf, load, opened } from './cargo.js'
import { haltOnTheWay } from './halt.js'
import { kinds, stores } from './stores.js'

describe('migrate refuses', () => {
  test.each(kinds)('to leave a %s queue that services work on, and names them', async (kind) => {
    const [here, clock] = [await stores[kind](), new FakeClock()]
    const source = here()
    await opened([source], clock, async () => {
      await source.renew(renewOf([], { id: 'busy', host: 'a', pid: 7 }))
      const refused = migrate(here(), memoryQueue(), { clock })
      await expect(refused).rejects.toMatchObject({ code: 'STATE_CONFLICT', facts: { instances: ['busy'] } })
      await expect(refused).rejects.toThrow(/busy \(a, pid 7\)/)
      await clock.advance(10_000)
      expect(await migrate(here(), memoryQueue(), { clock })).toMatchObject({ jobs: 0, left: 0 })
    })
  })

  test.each(kinds)('to move a %s queue into itself', async (kind) => {
    const [here, clock] = [await stores[kind](), new FakeClock()]
    const source = here()
    await opened([source], clock, async () => {
      await load(source, clock, 5)
      const before = await contentsOf(source)
      await expect(migrate(here(), here(), { clock })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
      expect(await contentsOf(source)).toEqual(before)
    })
  })

  test('what is no queue, and a queue without the verbs for it', async () => {
    const plain: QueueAdapter = { ...bound(memoryQueue()), kind: 'foreign' }
    const [none, of] = [{} as QueueAdapter, { code: 'NOT_SUPPORTED', facts: { kind: 'foreign' } }]
    await expect(migrate(none, memoryQueue())).rejects.toMatchObject({ code: 'ADAPTER_INVALID' })
    await expect(migrate(memoryQueue(), none)).rejects.toThrow('`to` must be a queue')
    await expect(migrate(plain, memoryQueue())).rejects.toMatchObject(of)
    await expect(migrate(memoryQueue(), plain)).rejects.toMatchObject(of)
  })

  test.each([
    [{ batchSize: 0 }, '/batchSize'],
    [{ batchSize: 1.5 }, '/batchSize'],
    [{ waitMs: -1 }, '/waitMs'],
    [{ adopt: 1 }, '/adopt'],
    [{ signal: {} }, '/signal'],
    [{ onProgress: 5 }, '/onProgress'],
    [{ logger: {} }, '/logger'],
    [{ clock: {} }, '/clock'],
    [{ batchsize: 5 }, '/batchsize'],
  ])('the options %o', async (options, path) => {
    const refused = migrate(memoryQueue(), memoryQueue(), options as never)
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID', path })
  })

  test('to go on to another store while a batch is on its way to the first one', async () => {
    const [here, there, elsewhere] = [await stores.memory(), await stores.redis(), await stores.sqlite()]
    const [source, target, clock] = [here(), there(), new FakeClock()]
    await opened([source, target], clock, async () => {
      await load(source, clock, 20)
      const before = await contentsOf(source)
      await haltOnTheWay(here, there, clock)
      const refused = migrate(here(), elsewhere(), { clock })
      await expect(refused).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
      expect(await migrate(here(), there(), { clock })).toMatchObject({ left: 0 })
      expect(await contentsOf(target)).toEqual(before)
      expect(await migrate(there(), elsewhere(), { clock })).toMatchObject({
        jobs: before.list.length,
        left: 0,
      })
    })
  })
})

// -------------------------------------------------------------------------------------------------------------------

/** The queue's verbs but those for moving, as an adapter of someone else's has them. */
function bound(queue: QueueAdapter): QueueAdapter {
  const verbs = ['open', 'close', 'cycle', 'instances'] as const
  return Object.fromEntries(verbs.map((verb) => [verb, queue[verb].bind(queue)])) as unknown as QueueAdapter
}
