import { RiptideError } from '../../core/errors.js'

/** Where a Redis is and who we are there, as ioredis takes it. */
export interface RedisServer {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
  readonly db: number
  readonly tls?: Readonly<Record<string, never>>
}

/**
 * The parts of a `redis://` or `rediss://` url. Read here and not by ioredis, which takes whatever stands behind the `?` as
 * options that win over ours. No error repeats the url: it may hold a password.
 */
export function parseRedisUrl(text: string): RedisServer {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw wrongUrl(
      'must be like redis://user:password@host:6379/0, or rediss:// for TLS; ' +
        'signs such as # / ? @ in a password are written in percent form',
    )
  }
  if (url.search !== '' || url.hash !== '') {
    throw wrongUrl('must have nothing behind a ? or #; for more options pass a client of ioredis as "client"')
  }
  const db = /^\/?(\d{0,5})$/.exec(url.pathname)?.[1]
  if (db === undefined) throw wrongUrl('must have the number of a database as its path, or none')
  const username = decoded(url.username)
  const password = decoded(url.password)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    db: Number(db),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  }
}

// -------------------------------------------------------------------------------------------------------------------

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw wrongUrl('has a % in its user or password that begins no percent form; write it as %25')
  }
}

function wrongUrl(rule: string): RiptideError {
  return new RiptideError('CONFIG_INVALID', `/url ${rule}`, { path: '/url' })
}
