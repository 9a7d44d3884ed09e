import { RiptideError, describe } from '../core/errors.js'

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const jsonType = new RegExp(
  `^application/json((?:[ \\t]*;[ \\t]*${token}=(?:${token}|"[^"\\\\]*"))*)[ \\t]*;?[ \\t]*$`,
  'i',
)
const parameter = new RegExp(`(${token})=(?:(${token})|"([^"\\\\]*)")`, 'g')

/**
 * Refuses a body that is not JSON in UTF-8. A form that another site posts can only have three other types, so this also is
 * a wall against cross-site requests. Read strictly by RFC 9110 8.3: what is let through is what is parsed.
 */
export function requireJson(contentType: string | undefined): void {
  const match = contentType === undefined ? null : jsonType.exec(contentType.trim())
  if (!match) throw unsupported('content-type must be application/json', contentType)
  const names = new Set<string>()
  for (const [, name = '', plain, quoted] of (match[1] ?? '').matchAll(parameter)) {
    const key = name.toLowerCase()
    const isUtf8 = (plain ?? quoted ?? '').toLowerCase() === 'utf-8'
    if (names.has(key) || (key === 'charset' && !isUtf8))
      throw unsupported('content-type must name a charset once, if at all, and it must be utf-8', contentType)
    names.add(key)
  }
}

/** Refuses a body that is compressed: nobody compresses a job, and a bomb is never unpacked. */
export function requirePlain(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined || contentEncoding.trim().toLowerCase() === 'identity') return
  throw new RiptideError(
    'ENCODING_UNSUPPORTED',
    `the body must not be compressed; got content-encoding ${describe(contentEncoding)}`,
  )
}

/** NOT_ACCEPTABLE for a client that says it takes anything but JSON; one that merely prefers another type gets JSON. */
export function requireAcceptsJson(accept: string | undefined): void {
  if (accept === undefined) return
  const exactness = ['*/*', 'application/*', 'application/json']
  let best = -1
  let refused = false
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.toLowerCase().split(';')
    const rank = exactness.indexOf(name.trim())
    if (rank <= best) continue
    best = rank
    refused = parameters.some((one) => /^\s*q\s*=\s*0(\.0*)?\s*$/.test(one))
  }
  if (refused)
    throw new RiptideError(
      'NOT_ACCEPTABLE',
      `every answer is application/json; got accept ${describe(accept)}`,
    )
}

// -------------------------------------------------------------------------------------------------------------------

function unsupported(rule: string, contentType: string | undefined): RiptideError {
  const got = contentType === undefined ? 'none' : describe(contentType)
  return new RiptideError('MEDIA_TYPE_UNSUPPORTED', `${rule}; got ${got}`, {
    facts: { supported: ['application/json'] },
  })
}
