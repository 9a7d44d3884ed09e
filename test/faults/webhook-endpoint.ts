import { createHmac, timingSafeEqual } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request that came in whole. */
export interface Delivery {
  readonly id: string
  readonly timestamp: string
  readonly isSigned: boolean
  readonly event: { readonly type: string; readonly data: { readonly job_id: string } }
  /** It was answered with 204. */
  readonly isTaken: boolean
}

/**
 * A receiver of webhooks that fails as receivers do: of the events that `unwell` names it refuses the first try, by turns with 503
 * and by a cut connection; and it can be away for a while.
 */
export class WebhookEndpoint {
  readonly deliveries: Delivery[] = []
  readonly #secret: string
  readonly #unwell: (jobId: string) => boolean
  readonly #tries = new Map<string, number>()
  #server: Server | undefined
  #port = 0

  constructor(secret: string, unwell: (jobId: string) => boolean) {
    this.#secret = secret
    this.#unwell = unwell
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hooks`
  }

  /** Opens, on the same port as before. */
  async open(): Promise<void> {
    const server = createServer((request, response) => void this.#take(request, response))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    server?.closeAllConnections()
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
  }

  /** Jobs of which an event was taken. */
  told(): Set<string> {
    return new Set(this.deliveries.filter(({ isTaken }) => isTaken).map(({ event }) => event.data.job_id))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    try {
      for await (const chunk of request.setEncoding('utf8')) body += chunk as string
    } catch {
      return
    }
    const id = String(request.headers['webhook-id'])
    const timestamp = String(request.headers['webhook-timestamp'])
    const isSigned = this.#isSigned(
      `${id}.${timestamp}.${body}`,
      String(request.headers['webhook-signature']),
    )
    const event = JSON.parse(body) as Delivery['event']
    const tries = this.#tries.get(id) ?? 0
    this.#tries.set(id, tries + 1)
    const isTaken = tries > 0 || !this.#unwell(event.data.job_id)
    this.deliveries.push({ id, timestamp, isSigned, event, isTaken })
    if (isTaken) response.writeHead(204).end()
    else if (this.deliveries.length % 2 === 0) response.writeHead(503, { 'retry-after': '1' }).end()
    else request.socket.destroy()
  }

  /** As the specification has it, and not by what is tested. */
  #isSigned(content: string, header: string): boolean {
    const key = Buffer.from(this.#secret.replace('whsec_', ''), 'base64')
    const expected = createHmac('sha256', key).update(content).digest()
    return header.split(' ').some((one) => {
      const given = Buffer.from(one.replace('v1,', ''), 'base64')
      return given.length === expected.length && timingSafeEqual(given, expected)
    })
  }
}
