import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { tempDirectory } from './drivers-here.js'
import { HostProcess, abandonSocket, until } from './neighbour-stage.js'

let path: string

beforeEach(() => {
  path = join(tempDirectory(), 'jobs.db')
})

describe.runIf(process.platform === 'linux')('a process that is killed', () => {
  test('loses its jobs within a second, to exactly one of those that live', async () => {
    const hosts = [await HostProcess.open(path), await HostProcess.open(path), await HostProcess.open(path)]
    const child = await ChildHost.start()
    await until('word of what it asks for', () => hosts.every((host) => host.hints.wantsEnds))
    const lost = (): readonly number[] => hosts.flatMap((host) => host.lost)
    const since = performance.now()
    await child.kill()
    await until('its end', () => lost().length > 0)
    expect(performance.now() - since).toBeLessThan(1000)
    await until('its entry to go', () => hosts[0]?.rows().length === 3)
    expect(lost()).toEqual([child.n])
    await until('it to be forgotten', () => !hosts.some((host) => host.hints.wantsEnds))
  })

  test('is told as a gap to those who listen to ends, since it may not have told all', async () => {
    const host = await HostProcess.open(path)
    host.listen({ instances: ['a'], ends: true })
    const child = await ChildHost.start()
    await until('word of what it asks for', () => host.hints.wantsEnds)
    await child.kill()
    await until('a gap', () => host.heard('gap').length > 0)
    expect(host.heard('reconnected')).toEqual([])
  })

  test('and was never connected is found by the looks', async () => {
    const host = await HostProcess.open(path)
    const child = await ChildHost.start('mute')
    await child.kill()
    await until('its end', () => host.lost.length > 0)
    expect(host.lost).toEqual([child.n])
  })

  test('and leaves nobody behind is found by the next one that opens the file', async () => {
    const first = await HostProcess.open(path)
    const child = await ChildHost.start('mute')
    await first.close()
    await child.kill()
    const next = await HostProcess.open(path)
    expect(next.lost).toEqual([child.n])
    expect(next.rows().map(({ n }) => n)).toEqual([next.n])
  })
})

describe('an entry', () => {
  test('from before the host was started anew is of a dead process', async () => {
    await enterAs({ boot: 'before', socket: null })
    const host = await HostProcess.open(path)
    expect(host.lost).toEqual([1])
  })

  test('of another host stays, for its leases say when it is gone', async () => {
    await enterAs({ host: 'elsewhere', socket: null })
    const host = await HostProcess.open(path)
    expect(host.lost).toEqual([])
    expect(host.rows()).toHaveLength(2)
  })

  test('of another host goes when nothing was heard of it for long, and its leases end by their time', async () => {
    await enterAs({ host: 'elsewhere', socket: null, seen_at: Date.now() - 600_000 })
    const host = await HostProcess.open(path)
    await until('its end', () => host.rows().length === 1)
    expect(host.lost).toEqual([])
  })

  test('of another host goes when nobody listens at its socket', async () => {
    const socket = join(path, '..', 'jobs.db-riptide-1.sock')
    await enterAs({ host: 'elsewhere', socket })
    await abandonSocket(socket)
    const host = await HostProcess.open(path)
    expect(host.rows().map(({ n }) => n)).toEqual([host.n])
    expect(host.lost).toEqual([])
  })

  test('of a dead process takes no file along that is not its socket', async () => {
    const precious = join(path, '..', 'precious-riptide-1.sock')
    writeFileSync(precious, 'precious')
    await enterAs({ boot: 'before', socket: precious })
    await HostProcess.open(path)
    rmSync(precious)
  })

  test('of a host of this process whose thread died goes, and its jobs go on', async () => {
    const first = await HostProcess.open(path)
    const second = await HostProcess.open(path, { replaces: first.n })
    expect(second.lost).toEqual([])
    expect(second.n).toBeGreaterThan(first.n)
    await until('the first to come back', () => second.rows().length === 2)
  })

  test('that others took away comes back as it was', async () => {
    const host = await HostProcess.open(path)
    const secret = (): unknown => host.database.prepare('SELECT secret, socket FROM riptide_process').get()
    const before = secret()
    host.database.exec('DELETE FROM riptide_process')
    await until('its return', () => host.rows().length === 1)
    expect(secret()).toEqual(before)
  })

  test('is signed once a minute', async () => {
    const clock = new FakeClock(Date.now())
    const host = await HostProcess.open(path, { clock })
    const seenAt = (): number =>
      Number(host.database.prepare('SELECT seen_at FROM riptide_process').get()?.seen_at)
    const before = seenAt()
    await clock.advance(59_000)
    expect(seenAt()).toBe(before)
    await clock.advance(2_000)
    expect(seenAt()).toBeGreaterThanOrEqual(before + 60_000)
  })

  test('has a number that was never given before', async () => {
    const first = await HostProcess.open(path)
    await first.close()
    const second = await HostProcess.open(path)
    expect(second.n).toBe(first.n + 1)
  })
})

// -------------------------------------------------------------------------------------------------------------------

const program = fileURLToPath(new URL('neighbour-program.mjs', import.meta.url))

/** A process of its own that has an entry in the file. */
class ChildHost {
  readonly #child: ChildProcess
  readonly n: number

  private constructor(child: ChildProcess, n: number) {
    this.#child = child
    this.n = n
  }

  /** A mute one calls nobody. */
  static async start(manner: 'talking' | 'mute' = 'talking'): Promise<ChildHost> {
    const child = fork(program, [path, manner], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [n]: unknown[] = await once(child, 'message')
    return new ChildHost(child, Number(n))
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }
}

/** An entry like one of this process, but for what is given; the process that made it is not there any more. */
async function enterAs(changes: Readonly<Record<string, string | number | null>>): Promise<void> {
  const host = await HostProcess.open(path)
  const copy = host.database.prepare('SELECT * FROM riptide_process').get() ?? {}
  await host.close()
  const again = await HostProcess.open(path)
  const row = { ...copy, ...changes }
  const names = Object.keys(row)
  again.database
    .prepare(`INSERT INTO riptide_process (${names.join()}) VALUES (${names.map(() => '?').join()})`)
    .run(...Object.values(row))
  await again.close()
}
