import type { Dispatcher } from 'undici'
import type { Clock } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import type { TakeTurn } from '../../core/turns.js'
import { ByteCollector } from './byte-collector.js'
import type { BodyPlace } from './body-place.js'
import { type Chunks, decodersOf } from './content-coding.js'
import { requireWhole } from './response-head.js'
import type { ResponseWatch } from './response-watch.js'

type ResponseBody = Dispatcher.ResponseData['body']

export interface BodyLimits {
  /** As received. */
  readonly maxBytes: number
  /** After decompression, at each of its stages. */
  readonly maxDecodedBytes: number
}

/** What a body waits for, part by part. */
export interface BodyHost {
  readonly place?: BodyPlace | undefined
  readonly turn?: TakeTurn | undefined
}

export interface ReceivedBody {
  readonly body: Uint8Array
  readonly bytesReceived: number
}

/**
 * Reads a body to its end and undoes its codings on the way, chunk by chunk: RESPONSE_TOO_LARGE comes as soon as one of the
 * limits is passed, before more than that is held in memory.
 */
export async function readBody(
  body: ResponseBody,
  headers: Readonly<Record<string, string>>,
  limits: BodyLimits,
  watch: ResponseWatch,
  { place, turn }: BodyHost = {},
): Promise<ReceivedBody> {
  const announced = contentLength(headers)
  if (announced !== undefined && announced > limits.maxBytes) throw tooLarge(limits.maxBytes, 'received')
  const { chunks, isCoded, received: bytesReceived } = incoming(body, headers, limits, watch)
  const collector = new ByteCollector(isCoded ? undefined : announced)
  for await (const chunk of chunks) {
    const room = place?.take(chunk.byteLength)
    // Until there is some the rest stays with the server.
    if (room !== undefined) await room
    if (turn !== undefined) await turn()
    collector.add(chunk)
  }
  return { body: collector.bytes(), bytesReceived: bytesReceived() }
}

/** Takes a body as it comes, and may leave before its end. */
export type BodyReader = (chunks: Chunks) => Promise<void>

/** Gives a body to a reader, decoded and within the limits, chunk by chunk; what that leaves is thrown away. */
export async function passBody(
  body: ResponseBody,
  headers: Readonly<Record<string, string>>,
  limits: BodyLimits,
  watch: ResponseWatch,
  read: BodyReader,
): Promise<ReceivedBody> {
  const { chunks, received: bytesReceived } = incoming(body, headers, limits, watch)
  try {
    await read(chunks)
  } finally {
    body.on('error', () => undefined).destroy()
  }
  return { body: new Uint8Array(), bytesReceived: bytesReceived() }
}

const fewBytes = 16 * 1024
const longestMs = 1000

/**
 * Lets a small body that nobody wants flow off, so that its connection serves again; ends the connection of any other, and of one
 * that takes a second. Nobody waits for it, nor learns whether it was whole: servers say wrong lengths for what they think is
 * never read.
 */
export function discardBody(
  body: ResponseBody,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
): void {
  const announced = contentLength(headers)
  body.on('error', () => undefined)
  if (announced === undefined || announced > fewBytes) return void body.destroy()
  // One that never comes would keep its connection from the next request, which may have no other.
  const stopTimer = clock.after(longestMs, () => body.destroy())
  body.once('close', stopTimer)
  body.resume()
}

// -------------------------------------------------------------------------------------------------------------------

interface Incoming {
  readonly chunks: Chunks
  /** Its length is not that of what is sent. */
  readonly isCoded: boolean
  /** How many bytes were received so far. */
  readonly received: () => number
}

/** The decoded chunks of a body; they end in FETCH_FAILED where it is not as long as it says. */
function incoming(
  body: ResponseBody,
  headers: Readonly<Record<string, string>>,
  limits: BodyLimits,
  watch: ResponseWatch,
): Incoming {
  const decoders = decodersOf(headers['content-encoding'])
  let bytesReceived = 0
  const count = (bytes: number): void => {
    bytesReceived += bytes
    if (bytesReceived > limits.maxBytes) throw tooLarge(limits.maxBytes, 'received')
  }
  let chunks = received(body, watch, count, () => requireWhole(headers, bytesReceived))
  for (const decode of decoders) chunks = atMost(limits.maxDecodedBytes, decode(chunks))
  if (decoders.length === 0) chunks = atMost(limits.maxDecodedBytes, chunks)
  return { chunks, isCoded: decoders.length > 0, received: () => bytesReceived }
}

async function* received(
  body: ResponseBody,
  watch: ResponseWatch,
  count: (bytes: number) => void,
  requireAll: () => void,
): Chunks {
  watch.listen()
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    watch.heard()
    count(chunk.byteLength)
    yield chunk
    watch.listen()
  }
  watch.heard()
  requireAll()
}

async function* atMost(limit: number, chunks: Chunks): Chunks {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes > limit) throw tooLarge(limit, 'decompressed')
    yield chunk
  }
}

function contentLength(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['content-length']
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function tooLarge(limit: number, how: 'received' | 'decompressed'): RiptideError {
  return new RiptideError('RESPONSE_TOO_LARGE', `the response has more than ${limit} bytes, as ${how}`, {
    facts: { limit },
  })
}
