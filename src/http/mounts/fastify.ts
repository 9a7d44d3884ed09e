import type { NodeMount, NodeRequest, NodeResponse } from './node.js'

/** The part of a Fastify instance that the plugin uses. */
export interface FastifyLike {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    contentType: string,
    parser: (request: never, payload: never, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown
  all(path: string, handler: (request: { raw: NodeRequest }, reply: FastifyReplyLike) => unknown): unknown
}

/** The part of a Fastify reply that the plugin uses. */
export interface FastifyReplyLike {
  readonly raw: NodeResponse & {
    setHeader(name: string, value: number | string | readonly string[]): unknown
  }
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
    instance.all('/workers/*', (request, reply) => {
      const { raw } = reply
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value)
      reply.hijack()
      return node(request.raw, raw)
    })
  }
}
