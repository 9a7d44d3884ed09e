import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterEach, vi } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { type Handler, type HandlerOptions, createHandler } from '../../src/http/index.js'
import { stubService } from './stub-service.js'

/** A submission that is well. */
export const good = '{"job_type":{"type":"custom","job_name":"a","payload":1}}'
/** The header of a body of JSON. */
export const json = 'Content-Type: application/json\r\n'

/** What is closed after the test. */
export const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** What the service of `handlerOf` is asked to submit. */
export const submitJob = vi.fn(() => Promise.resolve({ id: 'x', created: true, status: 'pending' as const }))
/** A handler of a service that takes any job. */
export const handlerOf = (options: HandlerOptions = {}): Handler => {
  submitJob.mockClear()
  const service = stubService({ submitJob, listScheduledJobs: () => Promise.resolve([]) })
  return createHandler(service, { authorize: () => true, logger: silentLogger, ...options })
}

/** Serves until the end of the test; the port. */
export async function listen(
  listener: (req: http.IncomingMessage, res: http.ServerResponse) => unknown,
): Promise<number> {
  const server = http.createServer((req, res) => void listener(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return (server.address() as AddressInfo).port
}

/** A connection whose bytes the test writes itself. */
export interface Wire {
  readonly socket: net.Socket
  /** Everything received so far, once it holds `text`. */
  until(text: string): Promise<string>
  readonly closed: Promise<void>
}

/** Opens one. */
export function connect(port: number): Wire {
  const socket = net.connect(port, '127.0.0.1')
  let received = ''
  let look = (): void => undefined
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
    look()
  })
  return {
    socket,
    until: (text) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (received.includes(text)) resolve(received)
        }
        socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(received)}`)))
        look()
      }),
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
  }
}

/** Posts a submission. */
export const post = (port: number, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/workers/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
