import { describe, expect, test } from 'vitest'
import { type Clock, sleepBy } from '../../../src/core/clock.js'
import { RiptideError } from '../../../src/core/errors.js'
import { watchResponse } from '../../../src/crawl/fetch/response-watch.js'

/** A clock that goes on by hand; `soon` waits for `turn`, as it does in a process that is busy. */
function handClock() {
  let time = 0
  const timers = new Set<{ at: number; run: () => void }>()
  const turns = new Set<() => void>()
  const clock: Clock = {
    now: () => time,
    monotonic: () => time,
    after(ms, run) {
      const timer = { at: time + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    soon(run) {
      turns.add(run)
      return () => void turns.delete(run)
    },
    sleep: (ms, signal) => sleepBy(clock, ms, signal),
  }
  const pass = (ms: number): void => {
    time += ms
    for (const timer of timers) {
      if (timer.at > time) continue
      timers.delete(timer)
      timer.run()
    }
  }
  const turn = (): void => {
    for (const run of turns) {
      turns.delete(run)
      run()
    }
  }
  return { clock, pass, turn, pending: () => timers.size + turns.size }
}

function watching(signal?: AbortSignal) {
  const hand = handClock()
  const watch = watchResponse({ clock: hand.clock, signal, totalTimeoutMs: 1000, idleTimeoutMs: 100 })
  const code = (): unknown =>
    watch.signal.reason instanceof RiptideError ? watch.signal.reason.code : watch.signal.reason
  const go = (ms: number): void => {
    hand.pass(ms)
    hand.turn()
  }
  return { ...hand, watch, code, go }
}

describe('a watch over a response', () => {
  test('ends it after its whole time, and not before', () => {
    const { go, code } = watching()
    go(999)
    expect(code()).toBeUndefined()
    go(1)
    expect(code()).toBe('TIMEOUT')
  })

  test('ends it when the server is silent while it is listened to', () => {
    const { go, code, watch } = watching()
    go(200)
    watch.listen()
    go(99)
    expect(code()).toBeUndefined()
    go(1)
    expect(code()).toBe('RESPONSE_IDLE')
  })

  test('counts the silence from the last word', () => {
    const { go, code, watch } = watching()
    for (let i = 0; i < 5; i++) {
      watch.listen()
      go(60)
      watch.heard()
    }
    watch.listen()
    go(99)
    expect(code()).toBeUndefined()
    go(1)
    expect(code()).toBe('RESPONSE_IDLE')
  })

  test('does not count the time that we take ourselves', () => {
    const { go, code, watch } = watching()
    watch.listen()
    go(50)
    watch.heard()
    go(500)
    watch.listen()
    go(50)
    expect(code()).toBeUndefined()
  })

  test('lets a word that is already there be heard first', () => {
    const { pass, turn, code, watch } = watching()
    watch.listen()
    pass(500)
    watch.heard()
    turn()
    expect(code()).toBeUndefined()
  })

  test('ends it with the reason of the outer signal', () => {
    const outer = new AbortController()
    const { watch } = watching(outer.signal)
    const reason = new RiptideError('CANCELLED', 'no longer wanted')
    outer.abort(reason)
    expect(watch.signal.reason).toBe(reason)
    expect(watching(AbortSignal.abort(reason)).watch.signal.reason).toBe(reason)
    expect(watching(AbortSignal.abort('no error of ours')).code()).toBe('ABORTED')
  })

  test('leaves no timer when it ends, in whatever state', () => {
    const idle = watching()
    idle.watch.listen()
    idle.pass(100)
    const fresh = watching()
    for (const { watch, pending } of [idle, fresh]) {
      watch.end()
      expect(pending()).toBe(0)
    }
  })
})
