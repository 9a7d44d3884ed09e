import { lstatSync, rmSync } from 'node:fs'
import { chmod, readdir } from 'node:fs/promises'
import { type Server, type Socket, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { digestOf } from '../../core/random.js'

/** A place where neighbours can connect to. */
export interface Listening {
  readonly path: string
  /** The socket is gone from its directory at once; resolves when the last of its connections is over. */
  close(): Promise<void>
}

/** Where a process may listen: beside the file, or in the directory for temporary files; the better place in front. */
export function socketPaths(file: string, n: number): readonly string[] {
  if (process.platform === 'win32') return [`\\\\.\\pipe\\riptide-${digestOf(file)}-${n}`]
  const paths = [`${file}${suffixOf(n)}`, join(tmpdir(), `riptide-${digestOf(file)}${suffixOf(n)}`)]
  return paths.filter((path) => Buffer.byteLength(path) <= longestPath)
}

/** Listens at the first of these places where it can; null when there is none. */
export async function listenAtOneOf(
  paths: readonly string[],
  onSocket: (socket: Socket) => void,
): Promise<Listening | null> {
  for (const path of paths) {
    try {
      return await listenAt(path, onSocket)
    } catch {
      // Some file systems know no sockets: the next place, or none, is as good.
    }
  }
  return null
}

/** Whether a socket is there and nobody listens. */
export function isAbandoned(path: string, clock: Pick<Clock, 'after'>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const settle = (isRefused: boolean): void => {
      cancelPatience()
      socket.destroy()
      resolve(isRefused)
    }
    const cancelPatience = clock.after(patienceMs, () => settle(false))
    socket.on('connect', () => settle(false))
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ECONNREFUSED'))
  })
}

/** Removes the socket of a process that is gone. Whatever else bears that name stays. */
export function removeSocket(path: string, n: number): void {
  if (process.platform === 'win32' || !path.endsWith(suffixOf(n))) return
  try {
    if (lstatSync(path).isSocket()) rmSync(path, { force: true })
  } catch {
    // Not there: whoever it belonged to has removed it.
  }
}

/** Removes the sockets in a directory that belong to none of the processes there are, and are older than the process `n`. */
export async function sweepSockets(own: string, n: number, present: readonly number[]): Promise<void> {
  if (process.platform === 'win32') return
  const directory = dirname(own)
  const prefix = basename(own).slice(0, -`${n}.sock`.length)
  for (const name of await readdir(directory).catch(() => [])) {
    const number = name.startsWith(prefix) ? /^\d+(?=\.sock$)/.exec(name.slice(prefix.length)) : null
    const found = Number(number?.[0] ?? n)
    if (found < n && !present.includes(found)) removeSocket(join(directory, name), found)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** In bytes; the shortest limit among the systems is 103. */
const longestPath = 100
/** More is no neighbourhood. */
const mostConnections = 256
const patienceMs = 1000

function suffixOf(n: number): string {
  return `-riptide-${n}.sock`
}

async function listenAt(path: string, onSocket: (socket: Socket) => void): Promise<Listening> {
  const server = createServer(onSocket)
  server.maxConnections = mostConnections
  // The number is ours alone: what is there was left by a file that stood here before.
  const n = Number(/(\d+)\.sock$/.exec(path)?.[1] ?? -1)
  removeSocket(path, n)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // With `exclusive` a process of a cluster listens by itself, not through its primary.
    server.listen({ path, exclusive: true }, resolve)
  })
  server.on('error', () => undefined)
  server.unref()
  if (process.platform !== 'win32') await chmod(path, 0o600).catch(() => undefined)
  return { path, close: () => closed(server, path, n) }
}

function closed(server: Server, path: string, n: number): Promise<void> {
  const whenClosed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  removeSocket(path, n)
  return whenClosed
}
