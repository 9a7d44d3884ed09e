import type { ByteSource } from '../byte-source.js'
import type { Handle, NeutralRequest, RequestBody } from '../exchange.js'
import { notFoundResponse } from '../handler.js'

/** A handler of the fetch standard: Hono, Next.js, Bun and Deno take it. Never rejects. */
export type FetchMount = (request: Request) => Promise<Response>

/** Mounts the handler on `Request` and `Response`. */
export function createFetchMount(handle: Handle): FetchMount {
  return async (request) => {
    const handled = (await handle(neutral(request))) ?? notFoundResponse()
    if ('denial' in handled) return handled.denial
    return new Response(handled.body, { status: handled.status, headers: handled.headers })
  }
}

// -------------------------------------------------------------------------------------------------------------------

function neutral(request: Request): NeutralRequest {
  return {
    method: request.method,
    target: targetOf(request.url),
    header: (name) => request.headers.get(name) ?? (name === 'host' ? new URL(request.url).host : undefined),
    body: () => bodyOf(request),
    raw: request,
  }
}

/** Path and query of an absolute url, as they stand there. */
function targetOf(url: string): string {
  const from = url.indexOf('/', url.indexOf('//') + 2)
  const to = url.indexOf('#')
  return from < 0 ? '/' : url.slice(from, to < 0 ? undefined : to)
}

function bodyOf(request: Request): RequestBody {
  if (request.bodyUsed) return { kind: 'spent' }
  if (request.body === null || request.headers.get('content-length') === '0') return { kind: 'none' }
  return request.body.locked ? { kind: 'spent' } : { kind: 'stream', source: sourceOf(request.body) }
}

function sourceOf(body: ReadableStream<Uint8Array>): ByteSource {
  return {
    flow(sink) {
      const reader = body.getReader()
      const pump = async (): Promise<void> => {
        for (;;) {
          const { done, value } = await reader.read()
          if (done) return sink.end()
          sink.chunk(value)
        }
      }
      pump().catch((error: unknown) => sink.fail(error))
      return () => void reader.cancel().catch(() => undefined)
    },
  }
}
