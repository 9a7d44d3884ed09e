import assert from 'node:assert/strict'
import type { Hint } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { complete, fail } from './script.js'
import type { Stage } from './stage.js'

/** Hints come if they can. Each case causes its event again and again until one has come. */
export const hintCases = [
  contractCase('an instance that waits for work is told of new work', ['I20'], async (stage) => {
    const heard = listen(stage, 'i1')
    await stage.until(
      'a hint of work',
      () => heard.some((hint) => hint.kind === 'work'),
      async () => {
        await stage.cycle({ wanted: [0] })
        await stage.add()
      },
    )
  }),

  contractCase('an instance that waits is told of work from another process', ['I20'], async (stage) => {
    const other = await stage.other()
    const heard = listen(stage, 'i1')
    await stage.until(
      'a hint of work',
      () => heard.some((hint) => hint.kind === 'work'),
      async () => {
        await stage.cycle({ wanted: [0] })
        await other.submit([stage.job()])
      },
    )
  }),

  contractCase('an instance whose run is cancelled is told which', ['I12'], async (stage) => {
    const heard = listen(stage, 'i1')
    const cancelled: unknown[] = []
    const isTold = (): boolean =>
      heard.some(
        (hint) =>
          hint.kind === 'interrupt' &&
          hint.leases.some((one) => cancelled.includes(`${one.id} ${one.fence} ${one.reason}`)),
      )
    await stage.until('a hint to interrupt', isTold, async () => {
      await stage.add()
      const claim = await stage.take()
      await stage.cancel(claim.id)
      cancelled.push(`${claim.id} ${claim.fence} cancelled`)
    })
  }),

  ...(['completes', 'fails', 'is cancelled'] as const).map((how) =>
    contractCase(`everyone who listens is told of a job that ${how}`, ['I32'], async (stage) => {
      const heard = [listen(stage, 'i1'), listen(stage, 'i2')]
      const ended: string[] = []
      const isTold = (hints: readonly Hint[]): boolean =>
        hints.some((hint) => hint.kind === 'ended' && hint.ids.some((id) => ended.includes(id)))
      await stage.until(
        'a hint of an end',
        () => heard.every(isTold),
        async () => {
          if (how === 'is cancelled') {
            const id = await stage.add()
            ended.push(id)
            await stage.cancel(id)
          } else ended.push(await stage.finish(how === 'fails' ? fail() : complete()))
        },
      )
    }),
  ),

  contractCase('everyone who listens is told of a change to the schedules', ['I28'], async (stage) => {
    const heard = listen(stage, 'i1')
    let n = 0
    await stage.until(
      'a hint of schedules',
      () => heard.some((hint) => hint.kind === 'schedules'),
      async () => {
        await stage.schedule({ name: 'n', digest: `d${n++}` })
      },
    )
  }),

  contractCase('who has stopped listening hears nothing more', ['I29'], async (stage) => {
    const gone: Hint[] = []
    const stop = stage.queue.subscribe('i1', (hint) => gone.push(hint))
    const heard = listen(stage, 'i1')
    stop()
    stop()
    await stage.until(
      'a hint of an end',
      () => heard.some((hint) => hint.kind === 'ended'),
      () => stage.finish(),
    )
    assert.deepEqual(gone, [])
  }),

  contractCase('a listener that throws hurts nobody', ['I32', 'I35'], async (stage) => {
    stage.queue.subscribe('i1', () => {
      throw new Error('this listener is broken')
    })
    const heard = listen(stage, 'i1')
    await stage.until(
      'a hint of an end',
      () => heard.some((hint) => hint.kind === 'ended'),
      () => stage.finish(),
    )
    assert.equal((await stage.queue.counts()).processing, 0)
  }),

  contractCase(
    'nothing depends on a hint: work is there without anyone listening',
    ['I20'],
    async (stage) => {
      await stage.cycle({ wanted: [0] })
      const id = await stage.add()
      assert.deepEqual(await stage.takeIds(1), [id])
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

function listen(stage: Stage, instance: string): Hint[] {
  const heard: Hint[] = []
  stage.queue.subscribe(instance, (hint) => heard.push(hint))
  return heard
}
