import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'

/** A redis-server of our own on a free port, without persistence unless its settings say otherwise. */
export async function startServer(settings = {}) {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'riptide-bench-'))
  const all = { save: '', appendonly: 'no', bind: '127.0.0.1', ...settings, port: `${port}`, dir: folder }
  const child = spawn(
    'redis-server',
    Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  )
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  const admin = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 50, maxRetriesPerRequest: 100 })
  admin.on('error', () => undefined)
  await admin.ping()

  return {
    port,

    async version() {
      return (await info('server')).redis_version
    },

    /** An empty server with no client but this one. */
    async empty() {
      await alone()
      await admin.flushall('SYNC')
    },

    /** What it has done so far: commands run, those inside scripts included, and CPU in us. */
    async work() {
      const { used_cpu_user: user, used_cpu_sys: sys } = await info('cpu')
      const calls = Object.values(await info('commandstats')).map((text) =>
        Number(/calls=(\d+)/.exec(text)[1]),
      )
      return {
        cpuMicros: (Number(user) + Number(sys)) * 1e6,
        calls: calls.reduce((sum, one) => sum + one, 0),
      }
    },

    /** Commands a second that clients send, those inside scripts left out. */
    async received(seconds) {
      const monitor = await admin.monitor()
      let count = 0
      monitor.on('monitor', (_time, _args, source) => (count += source === 'lua' ? 0 : 1))
      await sleep(seconds * 1000)
      monitor.disconnect()
      return count / seconds
    },

    /** Bytes in use when the clients are gone, and with them their buffers. */
    async bytes() {
      await alone()
      await admin.memory('PURGE')
      return Number((await info('memory')).used_memory)
    },

    async close() {
      process.off('exit', end)
      admin.disconnect()
      const gone = once(child, 'exit')
      end()
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }

  async function info(section) {
    const lines = (await admin.info(section)).split('\r\n').filter((line) => line.includes(':'))
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
    )
  }

  async function alone() {
    for (let tries = 0; Number((await info('clients')).connected_clients) > 1; tries++) {
      if (tries === 200) throw new Error('a client of the last measurement is still connected')
      await sleep(25)
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}
