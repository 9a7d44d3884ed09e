import assert from 'node:assert/strict'
import type { EndedJob, Hint, MovedJob } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { complete, fail, leaseMs, plain, retryIn } from './script.js'
import type { Stage } from './stage.js'

const ends: readonly {
  readonly how: string
  readonly status: EndedJob['status']
  /** Ends a job of the type `other`; its id. */
  readonly cause: (stage: Stage) => Promise<string>
}[] = [
  {
    how: 'completes',
    status: 'completed',
    cause: (stage) => stage.finish(complete(), { type: 'other' }),
  },
  {
    how: 'completes and is not kept',
    status: 'completed',
    cause: async (stage) => {
      await stage.add({ type: 'other' })
      const claim = await stage.take()
      await stage.end(claim, complete(), { keep: false })
      return claim.id
    },
  },
  {
    how: 'fails',
    status: 'dead_letter',
    cause: (stage) => stage.finish(fail(), { type: 'other' }),
  },
  {
    how: 'is lost with its worker',
    status: 'dead_letter',
    cause: async (stage) => {
      const id = await stage.add({ type: 'other', maxAttempts: 1 })
      await stage.take({ instance: 'dead' })
      await stage.pass(leaseMs)
      await stage.cycle()
      return id
    },
  },
  {
    how: 'is cancelled',
    status: 'cancelled',
    cause: async (stage) => {
      const id = await stage.add({ type: 'other' })
      await stage.cancel(id)
      return id
    },
  },
]

/** Moves a job of the type `other` into a state; its id. */
const moves: Readonly<Record<MovedJob['status'], (stage: Stage) => Promise<string>>> = {
  pending: (stage) => stage.add({ type: 'other' }),
  processing: async (stage) => {
    await stage.add({ type: 'other' })
    return (await stage.take({ types: ['other'] })).id
  },
  retrying: async (stage) => {
    await stage.add({ type: 'other' })
    const claim = await stage.take({ types: ['other'] })
    await stage.end(claim, retryIn(1_000))
    return claim.id
  },
  blocked: async (stage) => {
    const { id } = await stage.schedule({ name: 'moves' })
    const job = { type: 'other' }
    await stage.fired(id, { overlap: 'queue', job: stage.job(job) })
    return stage.fired(id, { overlap: 'queue', job: stage.job(job) })
  },
}

/** Hints come if they can. Each case causes its event again and again until one has come. */
export const hintCases = [
  contractCase('an instance that waits for work is told of new work', ['I20'], async (stage) => {
    const heard = listen(stage, 'i1')
    await stage.until(
      'a hint of work',
      () => heard.some((hint) => hint.kind === 'work'),
      async () => {
        // One more than there is, so that it waits.
        await stage.cycle({ wanted: [0, 1] })
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
        // One more than there is, so that it waits.
        await stage.cycle({ wanted: [0, 1] })
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

  ...ends.map(({ how, status, cause }) =>
    contractCase(
      `who asks for the ends of jobs is told of one that ${how}, its type and how it ended`,
      ['I32'],
      async (stage) => {
        const other = await stage.other()
        const heard = [listen(stage, null), listen(stage, null), listen(stage, null, other)]
        const ended: string[] = []
        const told = (hints: readonly Hint[]): readonly EndedJob[] =>
          hints.flatMap((hint) => (hint.kind === 'ended' ? hint.jobs : []))
        await stage.until(
          'a hint of an end',
          () => heard.every((hints) => told(hints).some((job) => ended.includes(job.id))),
          async () => void ended.push(await cause(stage)),
        )
        for (const job of heard.flatMap(told).filter((one) => ended.includes(one.id)))
          assert.deepEqual(plain(job), { id: job.id, type: 'other', status })
      },
    ),
  ),

  ...(['pending', 'processing', 'retrying', 'blocked'] as const).map((status) =>
    contractCase(
      `who asks for moves is told of a job that is ${status} from now on, and of its type`,
      ['I32'],
      async (stage) => {
        const heard: Hint[] = []
        stage.queue.subscribe(null, (hint) => heard.push(hint), { moves: true })
        const ids: string[] = []
        const isTold = (hint: Hint): boolean =>
          hint.kind === 'moved' &&
          hint.jobs.some((job) => job.id === ids.at(-1) && job.type === 'other' && job.status === status)
        await stage.until(
          'a hint of a move',
          () => heard.some(isTold),
          async () => void ids.push(await moves[status](stage)),
        )
      },
    ),
  ),

  contractCase('who asks for ends alone is told of no moves', ['I32'], async (stage) => {
    const heard = listen(stage, null)
    await stage.until(
      'a hint of an end',
      () => heard.some((hint) => hint.kind === 'ended'),
      () => stage.finish(),
    )
    assert.deepEqual(
      heard.filter((hint) => hint.kind === 'moved'),
      [],
    )
  }),

  contractCase('every instance is told of a change to the schedules', ['I28'], async (stage) => {
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
    const stop = stage.queue.subscribe(null, (hint) => gone.push(hint))
    const heard = listen(stage, null)
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
    stage.queue.subscribe(null, () => {
      throw new Error('this listener is broken')
    })
    const heard = listen(stage, null)
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

function listen(stage: Stage, instance: string | null, queue = stage.queue): Hint[] {
  const heard: Hint[] = []
  queue.subscribe(instance, (hint) => heard.push(hint))
  return heard
}
