import type { Socket } from 'node:net'
import { errors } from 'undici'
import { RiptideError } from '../../core/errors.js'

// Any number may come before the response (RFC 9110, 15.2): without end they would keep this process busy for all of a page's
// time.

/** Counts the interim responses to one request, and throws FETCH_FAILED at one too many. */
export function interimCounter(): () => void {
  let count = 0
  return () => {
    if (++count > mostInterims) throw tooMany()
  }
}

/**
 * Counts them for each request of a connection that speaks HTTP/2, of which undici (7.30) says nothing. One too many ends its
 * request, and the connection: a server that is only told that nobody listens to a stream may go on sending.
 */
export function limitInterims(socket: Socket): void {
  const session = sessionOf(socket)
  if (session === undefined) return
  const open = session.request.bind(session)
  session.request = (...args) => {
    const stream = open(...args)
    let count = 0
    // Node tells so of all headers but those of the response and the trailers.
    stream.on('headers', () => {
      if (++count <= mostInterims || stream.destroyed) return
      stream.destroy(tooMany())
      socket.destroy(new errors.InformationalError('too many interim responses'))
    })
    return stream
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** As much of Node's session of HTTP/2 as is needed. */
interface Session {
  request(...args: readonly unknown[]): Stream
}

interface Stream {
  readonly destroyed: boolean
  on(event: 'headers', listener: () => void): unknown
  destroy(error: Error): unknown
}

/** Servers that hint at what is to come (103), or that it takes long (102), do so a few times. */
const mostInterims = 100

function tooMany(): RiptideError {
  return new RiptideError('FETCH_FAILED', `the server sent more than ${mostInterims} responses that are none`)
}

/** Undici keeps it under a symbol of its own; where another version does not, time alone is the limit. */
function sessionOf(socket: Socket): Session | undefined {
  const symbol = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === 'http2Session',
  )
  const value: unknown = symbol && Object.getOwnPropertyDescriptor(socket, symbol)?.value
  return isSession(value) ? value : undefined
}

function isSession(value: unknown): value is Session {
  return (
    typeof value === 'object' && value !== null && 'request' in value && typeof value.request === 'function'
  )
}
