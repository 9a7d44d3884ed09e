import { abortReason } from '../../core/abort.js'
import { RiptideError } from '../../core/errors.js'
import { systemCode } from './connect-failure.js'

/**
 * Any error of a fetch as one of ours. Undici's and Node's are not passed on as a cause: they hold addresses.
 */
export function fetchFailure(error: unknown, signal: AbortSignal): RiptideError {
  if (signal.aborted) return abortReason(signal)
  if (error instanceof RiptideError) return error
  const code = systemCode(error)
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new RiptideError('RESPONSE_TOO_LARGE', 'the headers of the response are too large')
  const facts = { code }
  if (cutCodes.has(code)) {
    return new RiptideError(
      'FETCH_FAILED',
      'the server closed the connection before the response was complete',
      { retryable: true, facts },
    )
  }
  if (isInvalidHttp(error, code))
    return new RiptideError('FETCH_FAILED', 'the response is not valid HTTP', { facts })
  return new RiptideError('FETCH_FAILED', `the request failed: ${code}`, { retryable: true, facts })
}

/** True where the connection was an old one that the server gave up just as we used it: nothing was lost but a message. */
export function wasStaleConnection(error: unknown): boolean {
  if (
    systemCode(error) !== 'UND_ERR_SOCKET' ||
    typeof error !== 'object' ||
    error === null ||
    !('socket' in error)
  )
    return false
  const { socket } = error
  return (
    typeof socket === 'object' && socket !== null && 'bytesRead' in socket && Number(socket.bytesRead) > 0
  )
}

// -------------------------------------------------------------------------------------------------------------------

const cutCodes: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
])

/** Undici's parser errors have a name, but (7.30) no code. */
function isInvalidHttp(error: unknown, code: string): boolean {
  return (
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' ||
    (error instanceof Error && error.name === 'HTTPParserError')
  )
}
