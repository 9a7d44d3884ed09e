import { expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { Stopper } from '../../src/core/stopper.js'

const reason = new RiptideError('SHUTDOWN', 'the service stops')

test('until it is stopped it has no reason, and its signal has not aborted', () => {
  const stopper = new Stopper()
  expect([stopper.reason, stopper.signal.aborted]).toEqual([undefined, false])
})

test('a stop reaches all who wait, with its reason', () => {
  const stopper = new Stopper()
  const heard: unknown[] = []
  for (const name of ['a', 'b', 'c']) stopper.onStop((why) => heard.push([name, why]))
  stopper.stop(reason)
  expect(heard).toEqual([
    ['a', reason],
    ['b', reason],
    ['c', reason],
  ])
  expect(stopper.reason).toBe(reason)
})

test('a second stop reaches nobody again and keeps the first reason', () => {
  const stopper = new Stopper()
  const heard: unknown[] = []
  stopper.onStop((why) => heard.push(why))
  stopper.stop(reason)
  stopper.stop(new RiptideError('ABORTED', 'again'))
  expect([heard, stopper.reason, stopper.signal.reason]).toEqual([[reason], reason, reason])
})

test('who has taken it back before is not called', () => {
  const stopper = new Stopper()
  const heard: string[] = []
  const leave = stopper.onStop(() => heard.push('gone'))
  stopper.onStop(() => heard.push('there'))
  leave()
  leave()
  stopper.stop(reason)
  expect(heard).toEqual(['there'])
})

test('the same listener twice is called twice, and taken back one by one', () => {
  const stopper = new Stopper()
  let calls = 0
  const listener = (): void => void calls++
  const leave = stopper.onStop(listener)
  stopper.onStop(listener)
  stopper.onStop(listener)
  leave()
  stopper.stop(reason)
  expect(calls).toBe(2)
})

test('each who takes it back when it is called hinders no other', () => {
  const stopper = new Stopper()
  const heard: string[] = []
  for (const name of ['a', 'b', 'c']) {
    const leave = stopper.onStop(() => {
      leave()
      heard.push(name)
    })
  }
  stopper.stop(reason)
  expect(heard).toEqual(['a', 'b', 'c'])
})

test('whoever hears of it finds it stopped, and a stop by one of them changes nothing', () => {
  const stopper = new Stopper()
  const heard: unknown[] = []
  stopper.onStop(() => {
    stopper.stop(new RiptideError('ABORTED', 'by a listener'))
    heard.push(stopper.reason, stopper.signal.aborted)
  })
  stopper.onStop((why) => heard.push(why))
  stopper.stop(reason)
  expect(heard).toEqual([reason, true, reason])
})

test('its signal aborts with the same reason', () => {
  const stopper = new Stopper()
  const heard: unknown[] = []
  stopper.signal.addEventListener('abort', () => heard.push(stopper.signal.reason))
  stopper.stop(reason)
  expect([stopper.signal.aborted, heard]).toEqual([true, [reason]])
})
