import { describe, expect, test } from 'vitest'
import { deferred } from '../../../src/core/abort.js'
import { RiptideError } from '../../../src/core/errors.js'
import { silentLogger } from '../../../src/core/logger.js'
import type { Hint } from '../../../src/core/queue-adapter.js'
import { HostLink } from '../../../src/drivers/sqlite/host-link.js'
import { Listeners } from '../../../src/drivers/sqlite/listeners.js'
import type { Call, Outcome } from '../../../src/drivers/sqlite/protocol.js'
import type {
  HostEvents,
  HostFacts,
  HostStart,
  RunningHost,
} from '../../../src/drivers/sqlite/running-host.js'
import { resolveSqliteOptions } from '../../../src/drivers/sqlite/sqlite-options.js'
import { FakeClock } from '../../../src/testing/index.js'

/** A host of which the test decides what it answers, and when. */
class PuppetHost implements RunningHost {
  readonly opening = deferred<HostFacts>()
  readonly settles: ((outcome: Outcome) => void)[] = []
  readonly told: unknown[] = []
  readonly start: HostStart
  readonly events: HostEvents
  isClosed = false

  constructor(start: HostStart, events: HostEvents) {
    this.start = start
    this.events = events
  }

  get opened(): Promise<HostFacts> {
    return this.opening.promise
  }

  call(_: unknown, settle: (outcome: Outcome) => void): void {
    this.settles.push(settle)
  }

  setAudience(audience: unknown): void {
    this.told.push(audience)
  }

  close(): Promise<void> {
    this.isClosed = true
    return Promise.resolve()
  }
}

function linkOf() {
  const clock = new FakeClock()
  const hosts: PuppetHost[] = []
  const run = (start: HostStart, events: HostEvents): RunningHost => {
    const host = new PuppetHost(start, events)
    hosts.push(host)
    return host
  }
  const link = new HostLink(resolveSqliteOptions({ path: 'jobs.db' }), { clock, run })
  const open = async (process: number): Promise<void> => {
    const opening = link.open({ logger: silentLogger })
    hosts.at(-1)?.opening.resolve({ process, file: null })
    await opening
  }
  return { clock, hosts, link, open }
}

const counts: Call<'counts'> = { verb: 'counts', args: [], now: null }

describe('the link to a host', () => {
  test('gives up a call that is never answered', async () => {
    const { clock, link, open } = linkOf()
    await open(1)
    const call = expect(link.call(counts)).rejects.toMatchObject({ code: 'STORE_TIMEOUT', retryable: true })
    await clock.advance(30_000)
    await call
    expect(clock.pendingTimers).toBe(0)
  })

  test('gives up an opening that does not end, and closes what may still come of it', async () => {
    const { clock, hosts, link } = linkOf()
    const opening = expect(link.open({ logger: silentLogger })).rejects.toMatchObject({
      code: 'STORE_TIMEOUT',
    })
    await clock.advance(30_000)
    await opening
    expect([hosts[0]?.isClosed, link.isInUse]).toEqual([true, false])
  })

  test('runs one host for all who open it, until the last has closed it', async () => {
    const { hosts, link, open } = linkOf()
    await Promise.all([open(1), open(1), open(1)])
    await link.close()
    await link.close()
    expect([hosts.length, hosts[0]?.isClosed, link.isInUse]).toEqual([1, false, true])
    await link.close()
    expect([hosts[0]?.isClosed, link.isInUse]).toEqual([true, false])
    await expect(link.call(counts)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  test('starts another host in the place of one that died, with all that it has to know', async () => {
    const { hosts, link, open } = linkOf()
    const heard: Hint[] = []
    const listeners = new Listeners()
    await open(7)
    link.attach(listeners)
    listeners.subscribe('i1', (hint) => heard.push(hint))
    hosts[0]?.events.onDeath(new RiptideError('STORE_UNAVAILABLE', 'gone'))
    const call = link.call(counts)
    expect(hosts[1]?.start).toMatchObject({ replaces: 7 })
    hosts[1]?.opening.resolve({ process: 8, file: null })
    hosts[1]?.settles[0]?.({ kind: 'answer', value: 'counted' })
    expect(await call).toBe('counted')
    expect(hosts[1]?.told.at(-1)).toEqual({ instances: ['i1'], ends: false, moves: false })
    expect(heard).toEqual([{ kind: 'reconnected' }])
  })

  test('tries again with the next call when the other host could not open the file', async () => {
    const { hosts, link, open } = linkOf()
    await open(1)
    hosts[0]?.events.onDeath(new RiptideError('STORE_UNAVAILABLE', 'gone'))
    const refusal = new RiptideError('STORE_OPEN_FAILED', 'no')
    const failed = link.call(counts)
    hosts[1]?.opening.reject(refusal)
    hosts[1]?.settles[0]?.({ kind: 'failure', error: refusal })
    await expect(failed).rejects.toBe(refusal)
    void link.call(counts).catch(() => undefined)
    expect(hosts).toHaveLength(3)
  })

  test('tells its host who listens, whenever that changes', async () => {
    const { hosts, link, open } = linkOf()
    await open(1)
    const [one, other] = [new Listeners(), new Listeners()]
    const detach = link.attach(one)
    link.attach(other)
    one.subscribe('i1', () => undefined)
    const stop = other.subscribe(null, () => undefined, { moves: true })
    const told = hosts[0]?.told ?? []
    expect(told.at(-1)).toEqual({ instances: ['i1'], ends: true, moves: true })
    stop()
    stop()
    expect(told.at(-1)).toEqual({ instances: ['i1'], ends: false, moves: false })
    detach()
    expect(told.at(-1)).toEqual({ instances: [], ends: false, moves: false })
  })
})
