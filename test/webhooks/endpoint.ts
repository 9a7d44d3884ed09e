import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http'
import { startSite } from '../crawl/fetch/local-site.js'
import { isSigned } from './stage.js'

/** What came in. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly event: {
    readonly type: string
    readonly data: Readonly<Record<string, unknown>> & { readonly job_id: string }
  }
}

export interface Endpoint {
  readonly url: string
  readonly origin: string
  readonly received: Received[]
  /** Those that are signed with a secret. */
  signedWith(secret: string): readonly Received[]
}

/** A receiver on loopback that takes what comes; `answer` says otherwise, and is told how many came before. */
export async function startEndpoint(
  answer: (response: ServerResponse, before: number) => void = (response) => response.writeHead(204).end(),
): Promise<Endpoint> {
  const received: Received[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const event = JSON.parse(body.toString()) as Received['event']
      received.push({ headers: request.headers, body, event })
      answer(response, received.length - 1)
    })
  }
  const { origin } = await startSite(listener)
  return {
    url: `${origin}/hooks`,
    origin,
    received,
    signedWith: (secret) => received.filter(({ headers, body }) => isSigned(headers, body, secret)),
  }
}
