import { RiptideError } from '../../core/errors.js'
import { problemResponse } from '../problem.js'
import type { NodeMount, NodeRequest, NodeResponse } from './node.js'

/** The part of a Fastify instance that the plugin uses. */
export interface FastifyLike {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    contentType: string,
    parser: (request: never, payload: never, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown
  setErrorHandler(
    handler: (error: Error & { code?: unknown }, request: unknown, reply: FastifyReplyLike) => unknown,
  ): unknown
  all(path: string, handler: (request: { raw: NodeRequest }, reply: FastifyReplyLike) => unknown): unknown
}

/** The part of a Fastify reply that the plugin uses. */
export interface FastifyReplyLike {
  readonly raw: NodeResponse & {
    setHeader(name: string, value: number | string | readonly string[]): unknown
  }
  code(status: number): unknown
  header(name: string, value: string): unknown
  send(body: unknown): unknown
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>
  hijack(): unknown
}

/** A Fastify plugin: `app.register(handler.fastify, { prefix: '/bg' })`. */
export type FastifyMount = (instance: FastifyLike) => Promise<void>

/**
 * Mounts the handler as an encapsulated plugin: the app's own parsers and routes stay as they are, its hooks run before
 * ours, and headers that they set are sent with our answers.
 */
export function createFastifyMount(node: NodeMount): FastifyMount {
  // eslint-disable-next-line @typescript-eslint/require-await -- Fastify tells a plugin without a callback by its promise
  return async (instance) => {
    instance.removeAllContentTypeParsers()
    instance.addContentTypeParser('*', (_request, _payload, done) => done(null))
    // Before any hook that could decide, and before us: the request goes no further, only its answer is ours.
    instance.setErrorHandler((error, _request, reply) => {
      if (error.code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') throw error
      return sendMalformedType(reply)
    })
    instance.all('/workers/*', (request, reply) => {
      const { raw } = reply
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value)
      reply.hijack()
      return node(request.raw, raw)
    })
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Fastify takes a content type apart before it calls anybody, and answers one that is malformed in its own words. */
function sendMalformedType(reply: FastifyReplyLike): unknown {
  const error = new RiptideError(
    'MEDIA_TYPE_UNSUPPORTED',
    'content-type must be application/json; it is malformed',
    {
      facts: { supported: ['application/json'] },
    },
  )
  const { status, headers, body } = problemResponse(error)
  reply.code(status)
  for (const [name, value] of Object.entries(headers)) reply.header(name, value)
  return reply.send(Buffer.from(body ?? []))
}
