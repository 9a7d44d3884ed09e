import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { nextTurn, systemClock } from '../../../src/core/clock.js'
import { isRiptideError } from '../../../src/core/errors.js'
import type { EndedJob } from '../../../src/core/queue-adapter.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { tempDirectory } from './drivers-here.js'
import { HostProcess, abandonSocket, call, until } from './neighbour-stage.js'

let path: string

beforeEach(() => {
  path = join(tempDirectory(), 'jobs.db')
})

const ended = (id: string): EndedJob => ({ id, type: 'work', status: 'completed' })

/** Two that know each other. */
async function pair(): Promise<readonly [HostProcess, HostProcess]> {
  const first = await HostProcess.open(path)
  const second = await HostProcess.open(path)
  await until('company', () => first.company.at(-1) === true && second.company.at(-1) === true)
  return [first, second]
}

/** Told of the ends of jobs from now on. */
async function listensToEnds(host: HostProcess, instances: readonly string[] = []): Promise<void> {
  host.listen({ instances, ends: true })
  await until('word that ends are told from now on', () => host.heard('gap').length > 0)
}

describe('two processes', () => {
  test('are told of the ends of jobs when they ask, and then that some may have been missed', async () => {
    const [first, second] = await pair()
    first.write(() => first.hints.ended(ended('before')))
    await listensToEnds(second)
    expect([first.hints.wantsEnds, first.hints.wantsMoves]).toEqual([true, false])
    first.write(() => first.hints.ended(ended('one')))
    await until('the end', () => second.heard('ended').length > 0)
    expect(second.heard('ended')).toEqual([{ to: 'ends', hint: { kind: 'ended', jobs: [ended('one')] } }])
  })

  test('tell no ends any more when nobody asks for them', async () => {
    const [first, second] = await pair()
    await listensToEnds(second)
    second.listen({})
    await until('word of it', () => !first.hints.wantsEnds)
  })

  test('tell many ends in several messages, and lose none', async () => {
    const [first, second] = await pair()
    await listensToEnds(second)
    const ids = Array.from({ length: 3000 }, (_, i) => `job-${i}-${'x'.repeat(180)}`)
    first.write(() => ids.forEach((id) => first.hints.ended(ended(id))))
    const told = (): readonly string[] =>
      second
        .heard('ended')
        .flatMap(({ hint }) => (hint.kind === 'ended' ? hint.jobs.map(({ id }) => id) : []))
    await until('all ends', () => told().length >= ids.length)
    expect(told()).toEqual(ids)
  })

  test('tell of moves, of runs taken away and of schedules whom it concerns', async () => {
    const [first, second] = await pair()
    second.listen({ instances: ['b'], ends: true, moves: true })
    await until('word that moves are told', () => first.hints.wantsMoves)
    first.write(() => {
      first.hints.moved({ id: 'one', type: 'work', status: 'processing' })
      first.hints.interrupted('b', { id: 'two', fence: '7', reason: 'cancelled' })
      first.hints.interrupted('nobody', { id: 'three', fence: '8', reason: 'lost' })
      first.hints.schedulesChanged()
    })
    await until('the move', () => second.heard('moved').length > 0)
    expect(second.heard('moved')).toEqual([
      { to: 'moves', hint: { kind: 'moved', jobs: [{ id: 'one', type: 'work', status: 'processing' }] } },
    ])
    expect(second.heard('interrupt')).toEqual([
      {
        to: { instance: 'b' },
        hint: { kind: 'interrupt', leases: [{ id: 'two', fence: '7', reason: 'cancelled' }] },
      },
    ])
    expect(second.heard('schedules')).toEqual([{ to: 'instances', hint: { kind: 'schedules' } }])
  })

  test('wake who waits here first, then who waits there, as many as there are jobs', async () => {
    const [first, second] = await pair()
    first.listen({ instances: ['a'] })
    second.listen({ instances: ['b', 'c', 'd'] })
    first.write(() => first.hints.waits('a', ['work']))
    second.write(() => {
      second.hints.waits('b', ['other'])
      second.hints.waits('c', ['work'])
      second.hints.waits('d', ['work'])
    })
    await settled()
    first.write(() => first.hints.readied('work', 2))
    await until('work for both', () => first.heard('work').length + second.heard('work').length >= 2)
    await settled()
    expect(first.heard('work').map(({ to }) => to)).toEqual([{ instance: 'a' }])
    expect(second.heard('work').map(({ to }) => to)).toEqual([{ instance: 'c' }])
    second.write(() => second.hints.waits('c', ['work']))
    await settled()
    first.write(() => first.hints.readied('work', 9))
    await until('work for the rest', () => second.heard('work').length >= 3)
    expect(second.heard('work').map(({ to }) => to)).toEqual([
      { instance: 'c' },
      { instance: 'd' },
      { instance: 'c' },
    ])
  })

  test('wake nobody who has stopped waiting', async () => {
    const [first, second] = await pair()
    second.listen({ instances: ['b'] })
    second.write(() => second.hints.waits('b', ['work']))
    await settled()
    second.write(() => second.hints.stopsWaiting('b'))
    await settled()
    first.write(() => first.hints.readied('work'))
    await settled()
    expect(second.heard('work')).toEqual([])
  })

  test('have no more than one connection, whoever calls', async () => {
    const hosts = await Promise.all([1, 2, 3, 4].map(() => HostProcess.open(path)))
    for (const host of hosts) await listensToEnds(host)
    for (const host of hosts) host.write(() => host.hints.ended(ended(`of-${host.n}`)))
    await until('all ends', () => hosts.every((host) => endsOf(host).length >= 4))
    await settled()
    for (const host of hosts) expect(endsOf(host).sort()).toEqual(hosts.map(({ n }) => `of-${n}`).sort())
  })

  test('say good-bye: nothing was missed by who stays', async () => {
    const [first, second] = await pair()
    await listensToEnds(first)
    second.write(() => second.hints.ended(ended('last')))
    await second.close()
    await until('the good-bye', () => first.company.at(-1) === false)
    expect(endsOf(first)).toEqual(['last'])
    expect(first.heard('gap')).toHaveLength(1)
    expect(first.heard('reconnected')).toEqual([])
    expect(first.rows().map(({ n }) => n)).toEqual([first.n])
  })

  test('wake all who wait elsewhere for what an app says that it has submitted', async () => {
    const [first, second] = await pair()
    second.listen({ instances: ['b', 'c'] })
    second.write(() => {
      second.hints.waits('b', ['work'])
      second.hints.waits('c', ['work'])
    })
    await settled()
    first.wakeAll()
    first.work.add('work')
    first.wakeAll()
    await until('work', () => second.heard('work').length > 1)
    expect(second.heard('work').map(({ to }) => to)).toEqual([{ instance: 'b' }, { instance: 'c' }])
  })
})

describe('the close', () => {
  test('leaves no timer, and no connection', async () => {
    const clocks = [new FakeClock(), new FakeClock()] as const
    const [first, second] = [
      await HostProcess.open(path, { clock: clocks[0] }),
      await HostProcess.open(path, { clock: clocks[1] }),
    ]
    first.listen({ instances: ['a'] })
    first.write(() => first.hints.waits('a', ['work']))
    await until('company', () => first.company.at(-1) === true)
    const caller = await call(second)
    await Promise.all([first.close(), second.close()])
    expect(clocks.map((clock) => clock.pendingTimers)).toEqual([0, 0])
    await until('the end of the connection', () => caller.closed)
  })

  test('may be asked for twice', async () => {
    const host = await HostProcess.open(path)
    await Promise.all([host.close(), host.close()])
    await host.close()
  })
})

describe('a connection that is lost', () => {
  test('is told as a gap, and when it is back, that all is to be looked at again', async () => {
    const [first, second] = await pair()
    await listensToEnds(second, ['b'])
    first.listen({ instances: ['a'] })
    const before = second.heard('gap').length
    // Someone who says that it is the second process takes the place of its connection.
    const socket = await call(first)
    socket.write(`${JSON.stringify({ kind: 'hello', version: 1, n: second.n, secret: secretOf(first) })}\n`)
    await until('a gap', () => second.heard('gap').length > before)
    await until('the way back', () => second.heard('reconnected').length > 0)
    await until('the way back there', () => first.heard('reconnected').length > 0)
    expect(second.heard('reconnected')[0]?.to).toBe('all')
    await until('word that ends are told again', () => first.hints.wantsEnds)
    first.write(() => first.hints.ended(ended('after')))
    await until('news again', () => endsOf(second).includes('after'))
  })
})

describe('an SQLite that corrupts a file which several processes write', () => {
  test('is refused for a second process, with what to do', async () => {
    const first = await HostProcess.open(path)
    pretendElsewhere(first)
    const error: unknown = await HostProcess.open(path, { version: '3.45.1' }).catch(
      (thrown: unknown) => thrown,
    )
    expect(isRiptideError(error) && error.code).toBe('STORE_OPEN_FAILED')
    expect(String(error)).toMatch(/3\.45\.1.*better-sqlite3/)
    expect(first.rows()).toHaveLength(1)
  })

  test('is refused for the first process too, when the second one comes', async () => {
    const first = await HostProcess.open(path, { version: '3.45.1' })
    pretendElsewhere(first)
    const error: unknown = await HostProcess.open(path).catch((thrown: unknown) => thrown)
    expect(isRiptideError(error) && error.code).toBe('STORE_OPEN_FAILED')
    expect(String(error)).toContain('3.45.1')
  })

  test('is refused to a second copy of the package in one process', async () => {
    await HostProcess.open(path, { version: '3.45.1' })
    await expect(HostProcess.open(path, { version: '3.45.1' })).rejects.toMatchObject({
      code: 'STORE_OPEN_FAILED',
      facts: { reason: 'sqlite-too-old', others: 1 },
    })
  })

  test('is not refused for a thread of this process that died', async () => {
    const first = await HostProcess.open(path, { version: '3.45.1' })
    const row = first.database.prepare('SELECT * FROM riptide_process').get() ?? {}
    const socket = `${path}-dead.sock`
    await abandonSocket(socket)
    await first.close()
    // Its entry stands, and nobody is there any more who would put it back.
    const left = { ...row, socket }
    const names = Object.keys(left)
    const reader = new HostProcess(path)
    reader.database
      .prepare(`INSERT INTO riptide_process (${names.join()}) VALUES (${names.map(() => '?').join()})`)
      .run(...Object.values(left))
    const second = await HostProcess.open(path, { version: '3.45.1' })
    expect(second.rows().map(({ n }) => n)).toEqual([second.n])
    await reader.close()
  })
})

// -------------------------------------------------------------------------------------------------------------------

function endsOf(host: HostProcess): string[] {
  return host
    .heard('ended')
    .flatMap(({ hint }) => (hint.kind === 'ended' ? hint.jobs.map(({ id }) => id) : []))
}

/** Lets all words arrive that are under way: a few turns of the event loop, which both ends share. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await nextTurn(systemClock)
}

function secretOf(host: HostProcess): string {
  return String(host.database.prepare('SELECT secret FROM riptide_process WHERE n = ?').get(host.n)?.secret)
}

function pretendElsewhere(host: HostProcess): void {
  host.database.prepare("UPDATE riptide_process SET host = 'elsewhere' WHERE n = ?").run(host.n)
}
