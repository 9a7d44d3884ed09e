import { describe, expect, test } from 'vitest'
import type { Hint } from '../../src/core/queue-adapter.js'
import { memoryQueue } from '../../src/index.js'
import { EndsListener, type EndsListenerOptions } from '../../src/service/ends-listener.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

const lingerMs = 10_000
type Need = ReturnType<EndsListenerOptions['need']>

/** A listener whose need the test says. */
function listener() {
  const clock = new FakeClock()
  const log: string[] = []
  const heard: Hint[] = []
  const tellers: ((hint: Hint) => void)[] = []
  const queue = memoryQueue()
  queue.subscribe = (instance, tell, options) => {
    log.push(`on ${String(instance)}${options?.moves ? ' with moves' : ''}`)
    tellers.push(tell)
    return () => log.push('off')
  }
  let needed: Need = 'nothing'
  const made = new EndsListener({ clock, need: () => needed, onHint: (hint) => heard.push(hint) })
  return {
    made,
    clock,
    queue,
    log,
    heard,
    tellers,
    need: (is: Need): void => {
      needed = is
      made.check()
    },
  }
}

test('while nobody wants to know it does not subscribe, and arms no timer', async () => {
  const { made, clock, queue, log, need } = listener()
  made.open(queue)
  made.check()
  need('nothing')
  await clock.advance(lingerMs)
  expect([log, clock.pendingTimers]).toEqual([[], 0])
})

test('it subscribes once, for everyone, when somebody begins to want to know', () => {
  const { made, queue, log, heard, tellers, need } = listener()
  made.open(queue)
  need('ends')
  need('ends')
  tellers[0]?.({ kind: 'gap' })
  expect([log, heard]).toEqual([['on null'], [{ kind: 'gap' }]])
})

test('what is wanted before the queue is open is subscribed to when it opens', () => {
  const { made, queue, log, need } = listener()
  need('ends')
  expect(log).toEqual([])
  made.open(queue)
  expect(log).toEqual(['on null'])
})

describe('when nobody wants to know any more', () => {
  test('it leaves after ten seconds', async () => {
    const { made, clock, queue, log, need } = listener()
    made.open(queue)
    need('ends')
    need('nothing')
    await clock.advance(lingerMs - 1)
    expect(log).toEqual(['on null'])
    await clock.advance(1)
    expect([log, clock.pendingTimers]).toEqual([['on null', 'off'], 0])
  })

  test('the ten seconds count from the last one, and are not put off by checks', async () => {
    const { made, clock, queue, log, need } = listener()
    made.open(queue)
    need('ends')
    need('nothing')
    await clock.advance(lingerMs - 1)
    need('ends')
    need('nothing')
    await clock.advance(lingerMs / 2)
    made.check()
    await clock.advance(lingerMs / 2 - 1)
    expect([log, clock.pendingTimers]).toEqual([['on null'], 1])
    await clock.advance(1)
    expect(log).toEqual(['on null', 'off'])
  })

  test('and somebody does again within that time, the subscription goes on', async () => {
    const { made, clock, queue, log, need } = listener()
    made.open(queue)
    need('ends')
    need('nothing')
    await clock.advance(lingerMs - 1)
    need('ends')
    await clock.advance(10 * lingerMs)
    expect([log, clock.pendingTimers]).toEqual([['on null'], 0])
  })

  test('and somebody does again after that, it subscribes anew', async () => {
    const { made, clock, queue, log, need } = listener()
    made.open(queue)
    need('ends')
    need('nothing')
    await clock.advance(lingerMs)
    need('ends')
    expect(log).toEqual(['on null', 'off', 'on null'])
  })
})

describe('moves', () => {
  test('are told while somebody wants them, and ends alone before and after', () => {
    const { made, queue, log, need } = listener()
    made.open(queue)
    need('ends')
    need('moves')
    need('moves')
    need('ends')
    expect(log.filter((line) => line !== 'off')).toEqual(['on null', 'on null with moves', 'on null'])
    expect(log.filter((line) => line === 'off')).toHaveLength(2)
  })

  test('are told no more as soon as nobody wants them', () => {
    const { made, queue, log, need } = listener()
    made.open(queue)
    need('moves')
    need('nothing')
    expect(log).toContain('off')
  })

  test('that are wanted before the queue is open are told when it opens', () => {
    const { made, queue, log, need } = listener()
    need('ends')
    need('moves')
    made.open(queue)
    expect(log).toEqual(['on null with moves'])
  })
})

describe('a close', () => {
  test('leaves at once, and once', () => {
    const { made, queue, log, need } = listener()
    made.open(queue)
    need('ends')
    made.close()
    made.close()
    expect(log).toEqual(['on null', 'off'])
  })

  test('within the ten seconds leaves at once and no timer', async () => {
    const { made, clock, queue, log, need } = listener()
    made.open(queue)
    need('ends')
    need('nothing')
    made.close()
    expect([log, clock.pendingTimers]).toEqual([['on null', 'off'], 0])
    await clock.advance(2 * lingerMs)
    expect(log).toEqual(['on null', 'off'])
  })

  test('leaves it deaf until the queue is opened again', () => {
    const { made, queue, log, need } = listener()
    made.open(queue)
    need('ends')
    made.close()
    need('ends')
    expect(log).toEqual(['on null', 'off'])
    made.open(queue)
    expect(log).toEqual(['on null', 'off', 'on null'])
  })
})
