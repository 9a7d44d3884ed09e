import { describe, expect, test } from 'vitest'
import { type Deferred, deferred } from '../../../src/core/abort.js'
import type { BodyPlace } from '../../../src/crawl/fetch/body-place.js'
import { BodyRoom } from '../../../src/crawl/reading/body-room.js'

/** A body with a place, until it is let go. */
function bodyIn(room: BodyRoom) {
  const end: Deferred<void> = deferred()
  let place!: BodyPlace
  const held = room.hold((given) => {
    place = given
    return end.promise
  })
  return {
    place,
    async leave() {
      end.resolve()
      await held
    },
    async fail() {
      end.reject(new Error('the work failed'))
      await held.catch(() => undefined)
    },
  }
}

/** How a wait for room stands. */
function waitOf(room: Promise<void> | undefined) {
  const wait = { isOver: room === undefined }
  room?.then(
    () => (wait.isOver = true),
    () => undefined,
  )
  return wait
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('bodies together', () => {
  test('hold what there is room for without waiting', () => {
    const room = new BodyRoom(1000)
    const [one, other] = [bodyIn(room), bodyIn(room)]
    expect(one.place.take(600)).toBeUndefined()
    expect(other.place.take(400)).toBeUndefined()
    expect(room.taken).toBe(1000)
  })

  test('wait when there is no room, in the order in which they began', async () => {
    const room = new BodyRoom(1000)
    const [first, second, third, fourth] = [bodyIn(room), bodyIn(room), bodyIn(room), bodyIn(room)]
    void first.place.take(900)
    for (const body of [second, third, fourth]) void body.place.take(30)
    const [wait4, wait3, wait2] = [fourth, third, second].map(({ place }) => waitOf(place.take(500)))
    await first.leave()
    expect([wait2?.isOver, wait3?.isOver, wait4?.isOver]).toEqual([true, false, false])
    await second.leave()
    expect([wait3?.isOver, wait4?.isOver]).toEqual([true, false])
    await third.leave()
    expect(wait4?.isOver).toBe(true)
  })

  test('never stop all: the oldest goes on beyond the bound, and nothing else does', () => {
    const room = new BodyRoom(1000)
    const [oldest, younger] = [bodyIn(room), bodyIn(room)]
    void oldest.place.take(500)
    void younger.place.take(500)
    const wait = waitOf(younger.place.take(1))
    for (let i = 0; i < 10; i++) expect(oldest.place.take(500)).toBeUndefined()
    expect(room.taken).toBe(6000)
    expect(wait.isOver).toBe(false)
  })

  test('let one through that is larger than all there is', () => {
    const room = new BodyRoom(10)
    expect(bodyIn(room).place.take(5000)).toBeUndefined()
  })

  test.each(['leave', 'fail'] as const)('give back what they held when they %s', async (end) => {
    const room = new BodyRoom(1000)
    const [gone, next] = [bodyIn(room), bodyIn(room)]
    void gone.place.take(1000)
    const wait = waitOf(next.place.take(800))
    await gone[end]()
    expect(wait.isOver).toBe(true)
    await next.leave()
    expect(room.taken).toBe(0)
  })

  test('that give up while they wait hold up nobody', async () => {
    const room = new BodyRoom(1000)
    const [first, second, third] = [bodyIn(room), bodyIn(room), bodyIn(room)]
    void first.place.take(600)
    for (const body of [second, third]) void body.place.take(1)
    const gaveUp = second.place.take(900)
    const wait = waitOf(third.place.take(300))
    expect(wait.isOver).toBe(false)
    await second.leave()
    await expect(gaveUp).rejects.toMatchObject({ code: 'ABORTED' })
    expect(wait.isOver).toBe(true)
    await expect(second.place.take(1)).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

describe('requests', () => {
  test('are sent while there is room for what usually comes, one after the other', async () => {
    const room = new BodyRoom(200_000)
    const bodies = Array.from({ length: 5 }, () => bodyIn(room))
    const waits = bodies.map(({ place }) => waitOf(place.enter()))
    const sent = (): number => waits.filter(({ isOver }) => isOver).length
    expect(sent()).toBe(3)
    await bodies[0]?.leave()
    await turn()
    expect(sent()).toBe(4)
    await bodies[3]?.fail()
    await turn()
    expect(sent()).toBe(5)
  })

  test('whose usual size is spoken for need not wait for it', () => {
    const room = new BodyRoom(200_000)
    const bodies = Array.from({ length: 3 }, () => bodyIn(room))
    for (const { place } of bodies) void place.enter()
    expect(bodies.map(({ place }) => place.take(60_000))).toEqual([undefined, undefined, undefined])
  })

  test('learn what is usual', async () => {
    const room = new BodyRoom(200_000)
    for (let i = 0; i < 100; i++) {
      const body = bodyIn(room)
      void body.place.take(1000)
      await body.leave()
    }
    const waits = Array.from({ length: 20 }, () => waitOf(bodyIn(room).place.enter()))
    expect(waits.every(({ isOver }) => isOver)).toBe(true)
  })

  test('that lead to another one give their room back, and stand in line again', () => {
    const room = new BodyRoom(1)
    const [redirected, next] = [bodyIn(room), bodyIn(room)]
    expect(redirected.place.enter()).toBeUndefined()
    const wait = next.place.enter()
    expect(wait).toBeInstanceOf(Promise)
    redirected.place.empty()
    expect(next.place.take(5)).toBeUndefined()
    expect(redirected.place.enter()).toBeInstanceOf(Promise)
  })
})
