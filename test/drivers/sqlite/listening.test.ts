import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { tempDirectory } from './drivers-here.js'
import { HostProcess, abandonSocket, call } from './neighbour-stage.js'

let path: string

beforeEach(() => {
  path = join(tempDirectory(), 'jobs.db')
})

describe('a socket', () => {
  test('stands beside the file for the owner alone, and is gone after the close', async () => {
    const host = await HostProcess.open(path)
    const [row] = host.rows()
    expect(row?.socket).toBe(`${path}-riptide-${host.n}.sock`)
    expect(statSync(String(row?.socket)).mode & 0o777).toBe(0o600)
    await host.close()
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('riptide'))).toEqual([])
  })

  test('stands in the directory for temporary files when its path would be too long', async () => {
    path = join(tempDirectory(), `${'long'.repeat(25)}.db`)
    const [first, second] = [await HostProcess.open(path), await HostProcess.open(path)]
    const sockets = first.rows().map(({ socket }) => String(socket))
    expect(sockets.every((socket) => Buffer.byteLength(socket) <= 100 && existsSync(socket))).toBe(true)
    await second.close()
    await first.close()
    expect(sockets.filter((socket) => existsSync(socket))).toEqual([])
  })

  test('that a process left behind is swept away by the next one, and no other file', async () => {
    const first = await HostProcess.open(path)
    const left = String(first.rows()[0]?.socket)
    await first.close()
    const other = `${path}-riptide-0.sock`
    writeFileSync(other, 'no socket')
    await abandonSocket(left)
    expect(existsSync(left)).toBe(true)
    await HostProcess.open(path)
    expect([existsSync(left), existsSync(other)]).toEqual([false, true])
  })

  test.each([
    ['no JSON', 'hello\n'],
    ['words of nobody', '{"kind":"party"}\n'],
    ['a hello without the secret', '{"kind":"hello","version":1,"n":1,"secret":"guess"}\n'],
    ['news before the hello', '{"kind":"schedules"}\n'],
    ['a line without an end', 'x'.repeat(2 ** 20 + 1)],
  ])('closes at once on %s', async (_, text) => {
    const host = await HostProcess.open(path)
    host.listen({ instances: ['a'] })
    const socket = await call(host)
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.write(text)
    await closed
    expect(host.posts).toEqual([])
  })

  test('takes no work, and ends no run, for one that knows no secret', async () => {
    const host = await HostProcess.open(path)
    const socket = await call(host)
    socket.write('{"kind":"audience","instances":[],"ends":true,"moves":true}\n')
    await new Promise((resolve) => socket.on('close', resolve))
    expect(host.hints.wantsEnds).toBe(false)
  })
})
