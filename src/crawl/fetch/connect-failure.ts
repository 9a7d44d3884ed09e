import { RiptideError } from '../../core/errors.js'

// No error here carries its origin as a cause: Node's messages hold the address that a name resolved to, and that is none of
// the business of whoever submitted the url.

/** The host is, or resolves to, something that is not public. */
export function blockedHost(hostname: string): RiptideError {
  return new RiptideError('URL_BLOCKED', `${hostname} is not a public host`)
}

/** No connection within the time limit. */
export function connectTimeout(hostname: string, ms: number): RiptideError {
  return new RiptideError('CONNECT_TIMEOUT', `no connection to ${hostname} within ${ms} ms`, {
    retryable: true,
  })
}

/** The name did not resolve; another attempt may help unless the resolver knows that there is no such name. */
export function dnsFailure(hostname: string, origin: unknown): RiptideError {
  const code = systemCode(origin)
  const isUnknown = code === 'ENOTFOUND' || code === 'ENODATA'
  const why = isUnknown ? 'is not known' : 'could not be resolved'
  return new RiptideError('DNS_FAILED', `the host ${hostname} ${why}`, {
    retryable: !isUnknown,
    facts: { code },
  })
}

/** Why a connection did not come about, before or after TCP was open. */
export function connectFailure(error: unknown, hostname: string, isTcpOpen: boolean): RiptideError {
  if (error instanceof RiptideError) return error
  const code = systemCode(error)
  const facts = { code }
  if (isTcpOpen && !cutCodes.has(code))
    return new RiptideError('TLS_FAILED', `no secure connection to ${hostname}: ${code}`, { facts })
  return new RiptideError('CONNECT_FAILED', `no connection to ${hostname}: ${code}`, {
    retryable: true,
    facts,
  })
}

// -------------------------------------------------------------------------------------------------------------------

/** The peer went away; about TLS that says nothing. */
const cutCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'])

/** The code of an error of Node, such as ECONNREFUSED: a fixed word, never an address. */
export function systemCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'UNKNOWN'
  return typeof error.code === 'string' && /^[A-Z0-9_]{1,60}$/.test(error.code) ? error.code : 'UNKNOWN'
}
