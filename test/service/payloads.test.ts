import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { job, newService } from './stage.js'

const echo = job('echo', (payload) => payload)

/** Nested sharing: each level holds the one below twice, so that the whole tree would have 2^n leaves. */
function shared(levels: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = [value, value]
  return value
}

describe('a payload', () => {
  test('that is accepted comes back equal, to the handler, from it and in the job', async () => {
    const service = newService({ jobs: [echo] })
    await service.start()
    const value = fc.jsonValue({ maxDepth: 5 }).map((json) => JSON.parse(JSON.stringify(json)) as unknown)
    await fc.assert(
      fc.asyncProperty(value, async (payload) => {
        const submitted = await service
          .submitJob({ type: 'echo', payload })
          .catch((error: unknown) => (error as { code: string }).code)
        if (typeof submitted === 'string') {
          expect(submitted).toBe('FORBIDDEN_KEY')
          return
        }
        expect((await service.waitForJob(submitted.id)).data).toStrictEqual(payload)
        expect((await service.getJob(submitted.id))?.payload).toStrictEqual(payload)
      }),
      { numRuns: 300 },
    )
  })

  test.each<[string, () => unknown]>([
    ['a Date', () => new Date(0)],
    ['a Map', () => new Map([[1, 2]])],
    ['a BigInt', () => ({ n: 1n })],
    ['NaN', () => [Number.NaN]],
    ['undefined in a list', () => [undefined]],
    ['a hole', () => [, 1]], // eslint-disable-line no-sparse-arrays -- the hole is the case
    ['a symbol as key', () => ({ [Symbol('x')]: 1 })],
    ['an object with toJSON', () => ({ toJSON: () => 1 })],
    ['a list with toJSON', () => Object.assign([1], { toJSON: () => undefined })],
    [
      'a getter that throws',
      () => ({
        get x() {
          throw new Error('no')
        },
      }),
    ],
    [
      'a getter that changes its mind',
      () => {
        let looks = 0
        return {
          get x() {
            return looks++ === 0 ? 1 : 1n
          },
        }
      },
    ],
    [
      'a Proxy that throws',
      () =>
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('no')
            },
          },
        ),
    ],
    [
      'a class of its own',
      () =>
        new (class Point {
          x = 1
        })(),
    ],
    ['a boxed number', () => Object(1) as unknown],
  ])('with %s is refused, and so are the jobs beside it', async (_, make) => {
    const service = newService({ jobs: [echo] })
    const spec = { type: 'echo', payload: make() }
    const code = expect.stringMatching(/^PAYLOAD_NOT_SERIALIZABLE$/) as string
    await expect(service.submitJob(spec)).rejects.toMatchObject({ code })
    await expect(service.submitJobs([{ type: 'echo', payload: 1 }, spec])).rejects.toMatchObject({ code })
    expect((await service.getQueueStats()).total).toBe(0)
  })

  test('that is a circle is refused', async () => {
    const circle: Record<string, unknown> = {}
    circle['a'] = [circle]
    await expect(
      newService({ jobs: [echo] }).submitJob({ type: 'echo', payload: circle }),
    ).rejects.toMatchObject({ code: 'JSON_TOO_DEEP' })
  })

  test('that refers to the same value often is refused before it grows beyond all bounds', async () => {
    const service = newService({ jobs: [echo] })
    await expect(service.submitJob({ type: 'echo', payload: shared(12) })).resolves.toMatchObject({
      created: true,
    })
    await expect(service.submitJob({ type: 'echo', payload: shared(60) })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    })
  })
})

describe('a result', () => {
  test.each<[string, () => unknown, unknown]>([
    ['nothing', () => undefined, null],
    ['a Date', () => new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a URL within', () => ({ at: new URL('https://example.com/') }), { at: 'https://example.com/' }],
    ['something whose toJSON answers nothing', () => ({ toJSON: () => undefined }), null],
    ['a list with toJSON', () => Object.assign([1], { toJSON: () => 'short' }), 'short'],
  ])('that is %s is what JSON makes of it', async (_, make, expected) => {
    const service = newService({ jobs: [job('x', make)] })
    await service.start()
    const { id } = await service.submitJob({ type: 'x', payload: null })
    expect(await service.waitForJob(id)).toMatchObject({ success: true, data: expected })
  })

  test('that refers to the same value often fails its job, and the process lives', async () => {
    const service = newService({ jobs: [job('x', () => shared(60))] })
    await service.start()
    const { id } = await service.submitJob({ type: 'x', payload: null }, { retry: { maxAttempts: 1 } })
    expect(await service.waitForJob(id)).toMatchObject({
      success: false,
      error: { code: expect.stringMatching(/^RESULT_/) as string },
    })
  })
})

describe('many at once', () => {
  test.each<[string, unknown, string, string]>([
    ['a hole', Array(2), 'ARGUMENT_INVALID', '/0'],
    ['null', [null], 'ARGUMENT_INVALID', '/0'],
    ['a misspelt field', [{ job: { type: 'echo', payload: 1 }, option: {} }], 'FIELD_UNKNOWN', '/0/option'],
    ['an object that looks like a list', { length: 3 }, 'ARGUMENT_INVALID', '/'],
  ])('with %s are refused whole', async (_, entries, code, path) => {
    const service = newService({ jobs: [echo] })
    await expect(service.submitJobs(entries as never)).rejects.toMatchObject({ code, path })
    await service.submitJob({ type: 'echo', payload: 1 })
    expect((await service.getQueueStats()).total).toBe(1)
  })
})
