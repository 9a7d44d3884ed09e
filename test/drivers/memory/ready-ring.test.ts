import { describe, expect, test } from 'vitest'
import { Entry } from '../../../src/drivers/memory/entry.js'
import { JobKind } from '../../../src/drivers/memory/job-kind.js'
import { ReadyRing } from '../../../src/drivers/memory/ready-ring.js'
import { job } from './store.js'

const kind = new JobKind('work')

function entry(ticket: number, readyAt = 0): Entry {
  const made = new Entry(job(String(ticket)), kind, 0, ticket, null)
  made.ticket = ticket
  made.readyAt = readyAt
  return made
}

function drainTickets(ring: ReadyRing): number[] {
  const tickets: number[] = []
  for (let next = ring.shift(); next !== undefined; next = ring.shift()) tickets.push(next.ticket)
  return tickets
}

describe('a ready ring', () => {
  test('gives jobs in the order they came, also when it grows while it is wrapped around', () => {
    const ring = new ReadyRing()
    const seen: number[] = []
    let ticket = 0
    for (let round = 0; round < 50; round++) {
      for (let n = 0; n < 30; n++) ring.push(entry(++ticket))
      for (let n = 0; n < 20; n++) seen.push(ring.shift()?.ticket ?? -1)
    }
    seen.push(...drainTickets(ring))
    expect(seen).toEqual(Array.from({ length: 1500 }, (_, n) => n + 1))
    expect(ring.size).toBe(0)
  })

  test('puts a job in front where its ticket belongs', () => {
    const ring = new ReadyRing()
    for (const ticket of [5, 6]) ring.push(entry(ticket))
    for (const ticket of [-7, -9, -8]) ring.pushInFront(entry(ticket))
    expect(drainTickets(ring)).toEqual([-9, -8, -7, 5, 6])
  })

  test('passes over jobs that were dropped, at the head and in the middle', () => {
    const ring = new ReadyRing()
    const all = [1, 2, 3, 4].map((ticket) => entry(ticket))
    all.forEach((one) => ring.push(one))
    ring.drop(all[0]!)
    ring.drop(all[2]!)
    expect(ring.size).toBe(2)
    expect(ring.head()?.ticket).toBe(2)
    expect(drainTickets(ring)).toEqual([2, 4])
  })

  test('takes a job that was dropped and came back once, in its new place', () => {
    const ring = new ReadyRing()
    const [first, second] = [entry(1), entry(2)]
    ring.push(first)
    ring.push(second)
    ring.drop(first)
    first.ticket = 3
    ring.push(first)
    expect(drainTickets(ring)).toEqual([2, 3])
  })

  test('sweeps dropped jobs behind a live head, so that they keep no memory', () => {
    const ring = new ReadyRing()
    ring.push(entry(1))
    for (let ticket = 2; ticket < 2000; ticket++) {
      const one = entry(ticket)
      ring.push(one)
      ring.drop(one)
    }
    expect(ring.size).toBe(1)
    expect(ring.slots).toBeLessThan(40)
    expect(drainTickets(ring)).toEqual([1])
  })

  test('shows the jobs behind a ticket, wherever it was cut and whatever was dropped', () => {
    const ring = new ReadyRing()
    for (let ticket = 1; ticket <= 12; ticket++) ring.push(entry(ticket))
    for (let n = 0; n < 10; n++) ring.shift()
    const all = Array.from({ length: 14 }, (_, n) => entry(13 + n))
    for (const one of all) ring.push(one)
    for (const one of all) if (one.ticket % 3 === 0) ring.drop(one)
    ring.pushInFront(entry(-5))
    const tickets = [-5, 11, 12, 13, 14, 16, 17, 19, 20, 22, 23, 25, 26]
    for (let ticket = -6; ticket <= 27; ticket++) {
      const behind = [...ring.behind(ticket)].map((one) => one.ticket)
      expect(behind).toEqual(tickets.filter((one) => one > ticket))
    }
  })

  test('says which job has been ready longest: one handed back may hide an older one behind it', () => {
    const ring = new ReadyRing()
    ring.push(entry(1, 100))
    ring.push(entry(2, 200))
    ring.pushInFront(entry(-1, 300))
    expect(ring.oldestReadyAt()).toBe(100)
    expect(new ReadyRing().oldestReadyAt()).toBeNull()
  })
})
