import { describe, expect, test, vi } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import type { AnyJobDefinition, JobContext } from '../../src/core/handler.js'
import { inputOf } from '../../src/core/input.js'
import type { StorageAdapter } from '../../src/core/storage-adapter.js'
import { maintenanceJob } from '../../src/engine/maintenance.js'

const nothingOver = () => Promise.resolve({ removedJobs: 0, expiredResults: 0 })
const plainStorage: StorageAdapter = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(),
}

function jobWith(deps: {
  storage?: Partial<StorageAdapter>
  prune?: typeof nothingOver
  health?: () => Promise<unknown>
}): AnyJobDefinition {
  return maintenanceJob({
    storage: () => ({ ...plainStorage, ...deps.storage }),
    prune: deps.prune ?? nothingOver,
    health: deps.health ?? (() => Promise.resolve({ healthy: true })),
  })
}

async function run(job: AnyJobDefinition, payload: unknown, ctx: Partial<JobContext> = {}): Promise<unknown> {
  const { input, handler } = job.definition
  if (!input) throw new Error('the job has no input')
  const checked = await inputOf(input, payload, (message) => new RiptideError('INPUT_INVALID', message))
  return handler(checked, {
    signal: new AbortController().signal,
    progress: () => undefined,
    ...ctx,
  } as JobContext)
}

/** Gives these counts, one a call, then 0. */
function steps(...counts: number[]) {
  return vi.fn((..._arguments: unknown[]) => Promise.resolve(counts.shift() ?? 0))
}

describe('a maintenance job', () => {
  test.each([
    [{}, 'REQUIRED', '/taskType'],
    [{ taskType: 'reindex' }, 'TYPE_MISMATCH', '/taskType'],
    [{ taskType: '__proto__' }, 'TYPE_MISMATCH', '/taskType'],
    [{ taskType: 7 }, 'TYPE_MISMATCH', '/taskType'],
    [{ taskType: 'cache_cleanup', parameters: [] }, 'TYPE_MISMATCH', '/parameters'],
    [{ taskType: 'cache_cleanup', parameters: { all: 'yes' } }, 'TYPE_MISMATCH', '/parameters/all'],
    [
      { taskType: 'cache_cleanup', parameters: { everything: true } },
      'FIELD_UNKNOWN',
      '/parameters/everything',
    ],
    [{ taskType: 'cache_cleanup', parameters: { prefix: 'result/' } }, 'INPUT_INVALID', '/parameters/prefix'],
    [{ taskType: 'cache_cleanup', parameters: { prefix: '' } }, 'REQUIRED', '/parameters/prefix'],
    [
      { taskType: 'cache_cleanup', parameters: { prefix: 'cache/', all: true } },
      'FIELDS_CONFLICT',
      '/parameters/prefix',
    ],
    [{ taskType: 'health_check', parameters: { deep: true } }, 'FIELD_UNKNOWN', '/parameters/deep'],
    [{ taskType: 'health_check', extra: 1 }, 'FIELD_UNKNOWN', '/extra'],
    [null, 'TYPE_MISMATCH', '/'],
  ])('is refused: %j', async (payload, code, path) => {
    await expect(run(jobWith({}), payload)).rejects.toMatchObject({ code, path })
  })

  test('lists the known tasks when one is unknown', async () => {
    await expect(run(jobWith({}), { taskType: 'vacuum' })).rejects.toThrow(
      'cache_cleanup, prune_results, health_check, reseal',
    )
  })

  test('removes what has expired, in bounded steps until nothing is left', async () => {
    const prune = steps(500, 500, 20)
    const progress = vi.fn()
    const result = await run(
      jobWith({ storage: { prune } }),
      { taskType: 'cache_cleanup', parameters: null },
      { progress },
    )
    expect(result).toEqual({ task: 'cache_cleanup', removed: 1020 })
    expect(prune.mock.calls).toEqual([[500], [500], [500], [500]])
    const values = progress.mock.calls.map(([value]) => value as number)
    expect(values).toEqual([...values].sort((a, b) => a - b))
    expect(progress).toHaveBeenLastCalledWith(1, '1020 removed')
  })

  test('removes every cached page when asked for all, and never a result', async () => {
    const deletePrefix = steps(3)
    expect(
      await run(jobWith({ storage: { deletePrefix } }), {
        taskType: 'cache_cleanup',
        parameters: { all: true },
      }),
    ).toEqual({
      task: 'cache_cleanup',
      removed: 3,
    })
    expect(new Set(deletePrefix.mock.calls.map(([prefix]) => prefix))).toEqual(new Set(['cache/']))
  })

  test('removes the pages of one host by their prefix', async () => {
    const deletePrefix = steps(1)
    await run(jobWith({ storage: { deletePrefix } }), {
      taskType: 'cache_cleanup',
      parameters: { prefix: 'cache/page/example.com/' },
    })
    expect(deletePrefix).toHaveBeenCalledWith('cache/page/example.com/', 500)
  })

  test('has nothing to do where the storage lets its entries expire by itself', async () => {
    expect(await run(jobWith({}), { taskType: 'cache_cleanup' })).toEqual({
      task: 'cache_cleanup',
      removed: 0,
    })
  })

  test('fails for good where the storage cannot remove by prefix', async () => {
    await expect(
      run(jobWith({}), { taskType: 'cache_cleanup', parameters: { all: true } }),
    ).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'NOT_SUPPORTED',
    })
  })

  test('applies the retention rules until nothing more is over', async () => {
    const rounds = [
      { removedJobs: 100, expiredResults: 4 },
      { removedJobs: 0, expiredResults: 9 },
    ]
    const prune = () => Promise.resolve(rounds.shift() ?? { removedJobs: 0, expiredResults: 0 })
    expect(await run(jobWith({ prune }), { taskType: 'prune_results' })).toEqual({
      task: 'prune_results',
      jobs: 100,
      results: 13,
    })
  })

  test('answers with the health of the service', async () => {
    const health = () => Promise.resolve({ healthy: false })
    expect(await run(jobWith({ health }), { taskType: 'health_check' })).toEqual({
      task: 'health_check',
      health: { healthy: false },
    })
  })

  test('ends between two steps when its signal aborts', async () => {
    const controller = new AbortController()
    const prune = vi.fn(() => {
      controller.abort(new RiptideError('CANCELLED', 'the job was cancelled'))
      return Promise.resolve(500)
    })
    const ended = run(
      jobWith({ storage: { prune } }),
      { taskType: 'cache_cleanup' },
      { signal: controller.signal },
    )
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(prune).toHaveBeenCalledTimes(1)
  })
})
