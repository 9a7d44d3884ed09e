import { expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { Stopper } from '../../src/core/stopper.js'
import { asStoreError, untilAnswered } from '../../src/engine/store-call.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

const passing = new RiptideError('STORE_UNAVAILABLE', 'cut', { retryable: true })

/** Sends by the script, one entry a try, and says how that ended and how often it was sent. */
function call(tries: readonly (() => Promise<string>)[], stopper?: Stopper) {
  const clock = new FakeClock()
  const troubles: string[] = []
  let sent = 0
  const send = (): Promise<string> => (tries[sent++] ?? tries.at(-1) ?? never)()
  const outcome = untilAnswered(send, {
    clock,
    random: () => 1,
    withinMs: 4_000,
    stopper,
    onTrouble: (error) => troubles.push(error.code),
  }).then(
    (answer) => [answer, sent],
    (error: unknown) => [(error as RiptideError).code, sent],
  )
  return { outcome, clock, troubles }
}

const never = (): Promise<string> => new Promise(() => undefined)
const answer = (): Promise<string> => Promise.resolve('answer')
const cut = (): Promise<string> => Promise.reject(passing)

test('an answer is the answer, and leaves no timer', async () => {
  const { outcome, clock } = call([answer])
  expect(await outcome).toEqual(['answer', 1])
  expect(clock.pendingTimers).toBe(0)
})

test('what fails in passing, throws or stays silent is sent again', async () => {
  const thrown = (): Promise<string> => {
    throw new Error('at once')
  }
  const { outcome, clock, troubles } = call([cut, thrown, never, answer])
  await clock.advance(3_000)
  expect(await outcome).toEqual(['answer', 4])
  expect(troubles).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE', 'STORE_TIMEOUT'])
  expect(clock.pendingTimers).toBe(0)
})

test.each([
  ['cannot pass', new RiptideError('CONFIG_INVALID', 'wrong')],
  ['is the lack of room', new RiptideError('STORE_FULL', 'full', { retryable: true })],
])('an error that %s is thrown at once', async (_, error) => {
  const { outcome } = call([() => Promise.reject(error), answer])
  expect(await outcome).toEqual([error.code, 1])
})

test.each([
  ['silent', never, 'STORE_TIMEOUT'],
  ['away', cut, 'STORE_UNAVAILABLE'],
])('a store that is %s is given up when the time is over', async (_, behaves, code) => {
  const { outcome, clock } = call([behaves])
  await clock.advance(4_000)
  expect((await outcome)[0]).toBe(code)
  expect(clock.pendingTimers).toBe(0)
})

test('a stop ends the wait at once, in a call or between two, and leaves no timer', async () => {
  for (const behaves of [never, cut]) {
    const stopper = new Stopper()
    const { outcome, clock } = call([behaves], stopper)
    await clock.advance(10)
    stopper.stop(new RiptideError('SHUTDOWN', 'stop'))
    expect(await outcome).toEqual(['SHUTDOWN', 1])
    expect(clock.pendingTimers).toBe(0)
  }
})

test('a stop that came before sends nothing', async () => {
  const stopper = new Stopper()
  stopper.stop(new RiptideError('SHUTDOWN', 'stop'))
  const { outcome } = call([answer], stopper)
  expect(await outcome).toEqual(['SHUTDOWN', 0])
})

test('a reply that comes too late is dropped, also when it is a rejection', async () => {
  let late: ((error: Error) => void) | undefined
  const { outcome, clock } = call([() => new Promise((_, reject) => (late = reject)), answer])
  await clock.advance(2_000)
  late?.(new Error('too late'))
  await clock.settle()
  expect(await outcome).toEqual(['answer', 2])
})

test('a store that is merely slow is heard, however often it was asked', async () => {
  const slow: ((answer: string) => void)[] = []
  const { outcome, clock } = call([() => new Promise((resolve) => void slow.push(resolve))])
  await clock.advance(3_500)
  slow[0]?.('the first answer')
  expect((await outcome)[0]).toBe('the first answer')
  expect(slow.length).toBeGreaterThan(1)
  expect(clock.pendingTimers).toBe(0)
})

test('what is unknown counts as a passing fault of the store', () => {
  expect(asStoreError('odd')).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true, cause: 'odd' })
  expect(asStoreError(passing)).toBe(passing)
})
