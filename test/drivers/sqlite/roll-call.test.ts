import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { silentLogger } from '../../../src/core/logger.js'
import { ownIdentity } from '../../../src/drivers/sqlite/process-identity.js'
import { ProcessRegistry } from '../../../src/drivers/sqlite/process-registry.js'
import { RollCall } from '../../../src/drivers/sqlite/roll-call.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { tempDirectory } from './drivers-here.js'
import { HostProcess } from './neighbour-stage.js'

let clock: FakeClock
let rollCall: RollCall
let calls: number
let isConnected: boolean
/** Ends the connection, or the attempt to make one. */
let end: () => void

beforeEach(async () => {
  const path = join(tempDirectory(), 'jobs.db')
  const other = await HostProcess.open(path)
  const registry = new ProcessRegistry(other.database)
  const identity = ownIdentity()
  clock = new FakeClock(Date.now())
  const own = { ...identity, ...registry.add({ ...identity, n: null, secret: null }, clock.now()) }
  calls = 0
  isConnected = false
  rollCall = new RollCall({
    registry,
    own,
    clock,
    logger: silentLogger,
    write: async (step) => other.write(step),
    loseProcess: () => undefined,
    isConnected: () => isConnected,
    connect(_, onMissed) {
      calls++
      end = () => {
        end = () => undefined
        isConnected = false
        onMissed(undefined)
        rollCall.soon()
      }
    },
    onForgotten: () => undefined,
    onCompany: () => undefined,
  })
  onTestFinished(() => rollCall.stop())
})

describe('a neighbour', () => {
  test('that cannot be reached is called again at once, and then less and less', async () => {
    rollCall.soon()
    for (let i = 0; i < 5; i++) {
      end()
      await clock.advance(500)
    }
    expect(calls).toBe(6)
    for (let i = 0; i < 600; i++) {
      end()
      await clock.advance(100)
    }
    calls = 0
    for (let i = 0; i < 600; i++) {
      end()
      await clock.advance(100)
    }
    // In a minute.
    expect(calls).toBeGreaterThan(3)
    expect(calls).toBeLessThan(10)
  })

  test('that hangs up as soon as it is there is not called all the time', async () => {
    rollCall.soon()
    for (let i = 0; i < 600; i++) {
      isConnected = true
      rollCall.soon()
      await clock.advance(50)
      end()
      await clock.advance(50)
    }
    expect(calls).toBeLessThan(20)
  })

  test('whose connection held for long is called again at once', async () => {
    rollCall.soon()
    for (let i = 0; i < 100; i++) {
      end()
      await clock.advance(1000)
    }
    calls = 0
    while (calls === 0) await clock.advance(100)
    isConnected = true
    await clock.advance(60_000)
    calls = 0
    end()
    await clock.advance(50)
    expect(calls).toBe(1)
  })
})
