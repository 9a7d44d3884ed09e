import type { Fields } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { checkJson } from '../core/json.js'
import { type BodyLimits, collect, tooLarge } from './byte-source.js'
import type { NeutralRequest, RequestBody } from './exchange.js'
import { jsonFaultAt } from './json-fault.js'
import { requireJson, requirePlain } from './media-type.js'

/**
 * Whether a route takes a body. One that takes none still accepts `{}`, and refuses what it would ignore; where the body is
 * optional, none is the same as `{}`.
 */
export type BodyRule = 'required' | 'optional' | 'none'

/**
 * The body of a request as an object whose depth, keys and numbers are harmless. Every way it can be wrong has its code; a
 * body that somebody else has read is an error, never a wait.
 */
export async function readJsonBody(
  request: NeutralRequest,
  rule: BodyRule,
  limits: BodyLimits,
): Promise<Fields> {
  const body = request.body()
  const bytes = await untypedBytes(request, body, limits)
  if (body.kind === 'none' || bytes?.byteLength === 0) {
    if (rule !== 'required') return {}
    throw empty()
  }
  requirePlain(request.header('content-encoding'))
  requireJson(request.header('content-type'))
  requireRoom(request.header('content-length'), limits.limitBytes)
  if (body.kind === 'spent') throw alreadyRead()
  const value =
    body.kind === 'stream'
      ? parseBytes(await collect(body.source, limits))
      : parsedValue(body.value, limits.limitBytes)
  return checked(value)
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * The bytes of a body of which no type is told. Some servers hand over a stream where there is no body at all, so only its
 * end tells an empty body from one that should have had a type.
 */
async function untypedBytes(
  request: NeutralRequest,
  body: RequestBody,
  limits: BodyLimits,
): Promise<Uint8Array | undefined> {
  if (body.kind !== 'stream' || request.header('content-type') !== undefined) return undefined
  return collect(body.source, limits)
}

/** What a parser before us made: text and bytes are still to be parsed, anything else is the value. */
function parsedValue(value: unknown, limitBytes: number): unknown {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) return value
  if (value.length > limitBytes) throw tooLarge(limitBytes)
  return typeof value === 'string' ? parseText(value) : parseBytes(value)
}

function parseBytes(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) throw empty()
  if (looksWide(bytes)) throw wrongEncoding('UTF-16 or UTF-32')
  let text: string
  try {
    // A byte order mark of UTF-8 is dropped, which RFC 8259 8.1 allows and every body parser does.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw wrongEncoding('bytes that are not UTF-8', cause)
  }
  return parseText(text)
}

function parseText(text: string): unknown {
  if (/^[ \t\n\r]*$/.test(text)) throw empty()
  try {
    return JSON.parse(text) as unknown
  } catch {
    const position = jsonFaultAt(text)
    const found =
      position < text.length ? describe(text.slice(position, position + 20)) : 'the end of the body'
    throw new RiptideError(
      'JSON_INVALID',
      `the body is not JSON: unexpected ${found} at position ${position}`,
      {
        facts: { position },
      },
    )
  }
}

function checked(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RiptideError('BODY_NOT_OBJECT', `the body must be a JSON object; got ${describe(value)}`)
  }
  checkJson(value)
  return value as Fields
}

function requireRoom(contentLength: string | undefined, limitBytes: number): void {
  if (contentLength !== undefined && Number(contentLength) > limitBytes) throw tooLarge(limitBytes)
}

/** JSON begins with two ASCII characters, so a zero among the first bytes or a wide byte order mark tells UTF-16 and UTF-32. */
function looksWide(bytes: Uint8Array): boolean {
  const [a, b] = bytes
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true
  const odd = a === 0 && b !== undefined && (b !== 0 || bytes[2] === 0xfe)
  return odd || (a !== undefined && a !== 0 && b === 0)
}

function empty(): RiptideError {
  return new RiptideError('BODY_EMPTY', 'the body is empty; send a JSON object')
}

function wrongEncoding(what: string, cause?: unknown): RiptideError {
  return new RiptideError('BODY_ENCODING', `the body must be JSON in UTF-8; got ${what}`, { cause })
}

function alreadyRead(): RiptideError {
  const hint = 'mount this handler before what reads the body, or leave the parsed body in req.body'
  return new RiptideError('BODY_ALREADY_READ', `the body was read before it came here; ${hint}`)
}
