import type { ByteSource } from './byte-source.js'

/** A request, whatever server it came through. */
export interface NeutralRequest {
  readonly method: string
  /** Path and query as the client sent them, before any router took a prefix off. */
  readonly target: string
  /** The value of a header, its name in lower case; several of one name are joined with commas. */
  header(name: string): string | undefined
  /** Looked at only after the request was allowed. */
  body(): RequestBody
  /** What the server gave: for `authorize`. */
  readonly raw: unknown
}

/** What there is of a body when we are asked. */
export type RequestBody =
  | { readonly kind: 'none' }
  /** A body parser ran before us. */
  | { readonly kind: 'parsed'; readonly value: unknown }
  /** Somebody read it before us and left nothing. */
  | { readonly kind: 'spent' }
  | { readonly kind: 'stream'; readonly source: ByteSource }

/** An answer, whatever server it goes through. */
export interface NeutralResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
}

/** Our answer; the `Response` of an `authorize` that denied with its own; or `null` for a request that is not ours. */
export type Handled = NeutralResponse | { readonly denial: Response } | null

/** Takes a request to its answer. Never rejects. */
export type Handle = (request: NeutralRequest) => Promise<Handled>

/** No answer is kept by a cache or taken for something else than it says it is. */
const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

const encoder = new TextEncoder()

/** An answer with a body of JSON. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  mediaType = 'application/json',
): NeutralResponse {
  const body = encoder.encode(JSON.stringify(value))
  return {
    status,
    headers: { ...always, 'content-type': mediaType, 'content-length': String(body.byteLength), ...headers },
    body,
  }
}

/** An answer that is its status and headers alone. */
export function emptyResponse(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): NeutralResponse {
  return { status, headers: { ...always, ...headers }, body: null }
}
