import { type ErrorCode, RiptideError } from '../../core/errors.js'

/**
 * What a client of Redis rejected with, as one of our errors. Its message is what the server said; the original never goes
 * along, because ioredis hangs the command with all its arguments on it, passwords and payloads among them.
 */
export function redisError(thrown: unknown, secrets: readonly string[] = []): RiptideError {
  const text = withoutSecrets(textOf(thrown), secrets)
  const reply = replyOf(text)
  const { code, retryable } = kindOf(reply, text)
  return new RiptideError(code, `Redis: ${text}`, {
    retryable,
    ...(reply === undefined ? {} : { facts: { reply } }),
  })
}

/** Whether ioredis says no more than that a command could not be sent, or lost its connection. */
export function isConnectionLost(thrown: unknown): boolean {
  return thrown instanceof Error && connectionLost.test(thrown.message)
}

/** Redis cannot be reached now. */
export function unavailable(why: string): RiptideError {
  return new RiptideError('STORE_UNAVAILABLE', `Redis: ${why}`, { retryable: true })
}

/** Redis is silent. */
export function late(what: string, ms: number): RiptideError {
  return new RiptideError('STORE_TIMEOUT', `Redis did not answer ${what} within ${ms} ms`, {
    retryable: true,
  })
}

// -------------------------------------------------------------------------------------------------------------------

const connectionLost =
  /^(Connection is closed\.|Stream isn't writeable|Reached the max retries|Cluster isn't ready|Command aborted due to connection close)/

interface Kind {
  readonly code: ErrorCode
  readonly retryable: boolean
}

const passing: Kind = { code: 'STORE_UNAVAILABLE', retryable: true }
const denied: Kind = { code: 'STORE_DENIED', retryable: false }

/** By the first word of the reply. A word that is not here counts as passing: servers and proxies have many. */
const kinds: Readonly<Record<string, Kind>> = {
  OOM: { code: 'STORE_FULL', retryable: true },
  NOAUTH: denied,
  WRONGPASS: denied,
  NOPERM: denied,
  WRONGTYPE: { code: 'CORRUPT_KEY', retryable: false },
  NOREPLICAS: { code: 'NOT_REPLICATED', retryable: true },
}

/** Replies that have no word of their own. */
const phrases: readonly (readonly [RegExp, Kind])[] = [
  [/max number of clients/i, passing],
  [/can't run this command|unknown command/i, denied],
  [/DB index is out of range|SELECT is not allowed/i, { code: 'CONFIG_INVALID', retryable: false }],
  // A fault of the script itself, which the same call would meet again.
  [/user_script|Lua/, { code: 'STORE_UNAVAILABLE', retryable: false }],
]

function kindOf(reply: string | undefined, text: string): Kind {
  const known = reply !== undefined && Object.hasOwn(kinds, reply) ? kinds[reply] : undefined
  if (known) return known
  if (reply !== 'ERR') return passing
  return phrases.find(([phrase]) => phrase.test(text))?.[1] ?? passing
}

/** Before Redis 7 the error of a command inside a script stands behind the script's place. */
const insideScript = /user_script: ?\d+: -?([A-Z]{2,}) /
/** What ioredis says when a cluster sent it on too often. */
const lastOfMany = /Last error: (?:ReplyError: )?([A-Z]{2,}) /
const firstWord = /^-?([A-Z]{2,})(?: |$)/

function replyOf(text: string): string | undefined {
  return (insideScript.exec(text) ?? lastOfMany.exec(text) ?? firstWord.exec(text))?.[1]
}

function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'the client failed'
  // Of a cluster: why the last node that was asked could not help.
  const { lastNodeError } = thrown as { lastNodeError?: unknown }
  const text = lastNodeError instanceof Error ? `${thrown.message} ${lastNodeError.message}` : thrown.message
  // Node's error of several addresses has its texts in the parts.
  const parts = thrown instanceof AggregateError ? thrown.errors.map(textOf).join('; ') : ''
  return text || parts || 'the connection failed'
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  // An unknown command, AUTH say, is repeated by the server with its arguments.
  const [kept = ''] = text.split(/,? with args beginning with/i)
  const clean = secrets.filter(Boolean).reduce((rest, secret) => rest.replaceAll(secret, '***'), kept)
  return clean.length > 300 ? `${clean.slice(0, 300)}...` : clean
}
