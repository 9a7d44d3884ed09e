import type { Readable } from 'node:stream'
import type { Clock } from '../../core/clock.js'
import { toJobError } from '../../core/job-error.js'
import type { Logger } from '../../core/logger.js'
import type { ByteSource } from '../byte-source.js'
import type { Handle, Handled, NeutralRequest, NeutralResponse, RequestBody } from '../exchange.js'
import { notFoundResponse } from '../handler.js'

type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>

/** The part of an incoming request that is used here: node:http, node:http2, Express, Koa's and Fastify's `req` have it. */
export interface NodeRequest extends Readable {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: HeaderValues
  /** The url before Express took the path of a mount off. */
  readonly originalUrl?: string | undefined
  /** Every value of a header that came twice, where `headers` keeps the first. */
  readonly headersDistinct?: HeaderValues | undefined
  /** What a body parser made. */
  readonly body?: unknown
}

/** The part of a response that is used here. */
export interface NodeResponse {
  readonly headersSent: boolean
  readonly destroyed?: boolean
  writeHead(status: number, headers: Record<string, string | string[]>): unknown
  end(body: Uint8Array | string): unknown
}

/** A listener of node:http, and a middleware of Express: what is not ours goes to `next`, or is 404 where there is none. */
export type NodeMount = (
  req: NodeRequest,
  res: NodeResponse,
  next?: (error?: unknown) => void,
) => Promise<void>

/** Mounts the handler on Node's own request and response, without a conversion in between. */
export function createNodeMount(handle: Handle, clock: Clock, logger: Logger): NodeMount {
  return async (req, res, next) => {
    const handled = await handle(neutral(req))
    if (handled === null && next) return next()
    try {
      await write(res, handled ?? notFoundResponse())
    } catch (thrown) {
      logger.error('an answer could not be written', { error: toJobError(thrown) })
    }
    leaveUnread(req, clock)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function neutral(req: NodeRequest): NeutralRequest {
  return {
    method: req.method ?? 'GET',
    target: req.originalUrl ?? req.url ?? '/',
    header: (name) => headerOf(req, name),
    body: () => bodyOf(req),
    raw: req,
  }
}

function headerOf(req: NodeRequest, name: string): string | undefined {
  const values = (req.headersDistinct ?? req.headers)[name]
  // http2 has the host under another name.
  if (values === undefined && name === 'host') return pick(req.headers[':authority'])
  return pick(values)
}

function pick(values: string | readonly string[] | undefined): string | undefined {
  return typeof values === 'object' ? values.join(', ') : values
}

function bodyOf(req: NodeRequest): RequestBody {
  if (!announcesBody(req)) return { kind: 'none' }
  const untouched = !req.readableDidRead && !req.readableEnded && !req.destroyed
  // Parsers of Express 4 leave an empty object behind where they did not parse.
  if (req.body !== undefined && !(untouched && isEmptyObject(req.body)))
    return { kind: 'parsed', value: req.body }
  return untouched ? { kind: 'stream', source: sourceOf(req) } : { kind: 'spent' }
}

function announcesBody(req: NodeRequest): boolean {
  const length = headerOf(req, 'content-length')
  if (length !== undefined) return length !== '0'
  if (headerOf(req, 'transfer-encoding') !== undefined) return true
  // http2 needs neither header.
  return req.headers[':method'] !== undefined && !req.readableEnded
}

function isEmptyObject(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  )
}

const encoder = new TextEncoder()

function sourceOf(req: NodeRequest): ByteSource {
  return {
    flow(sink) {
      const onData = (chunk: Uint8Array | string): void =>
        sink.chunk(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
      const onEnd = (): void => sink.end()
      const onClose = (): void => sink.fail(undefined)
      const onError = (error: unknown): void => sink.fail(error)
      req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError)
      // An error after we stopped looking belongs to nobody, and must not end the process.
      req.on('error', ignore)
      return () => {
        req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError)
        req.pause()
      }
    },
  }
}

function ignore(): void {
  // Nothing is left to be done for a request whose client is gone.
}

async function write(res: NodeResponse, handled: Exclude<Handled, null>): Promise<void> {
  if (res.headersSent || res.destroyed === true) return
  if (!('denial' in handled)) return send(res, handled)
  const { denial } = handled
  const body = new Uint8Array(await denial.arrayBuffer())
  const headers: Record<string, string | string[]> = Object.fromEntries(denial.headers)
  const cookies = denial.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  res.writeHead(denial.status, headers)
  res.end(body)
}

function send(res: NodeResponse, { status, headers, body }: NeutralResponse): void {
  res.writeHead(status, { ...headers })
  res.end(body ?? '')
}

/** How long a client may go on to send a body that was refused: closing at once would take the answer from it. */
const lingerMs = 2_000

/** Lets a client finish sending what nobody reads, for a while, so that it gets to read its answer. */
function leaveUnread(req: NodeRequest, clock: Clock): void {
  if (req.readableEnded || req.destroyed) return
  const cancel = clock.after(lingerMs, () => req.destroy())
  req.once('end', cancel).once('close', cancel)
  req.resume()
}
