import type { Socket } from 'node:net'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { Frames } from './frames.js'

/** What a proxy does to all that goes through it. */
export type Way =
  { readonly kind: 'pass' | 'slice' | 'hole' } | { readonly kind: 'delay'; readonly ms: number }

/** What a pair asks its proxy. */
export interface PairOwner {
  readonly way: () => Way
  /** What is to become of a request. */
  readonly fateOf: (
    request: Buffer,
  ) => { readonly lose: 'request' | 'reply'; readonly sprung: () => void } | undefined
  readonly over: () => void
}

/** Whether a connection is of that kind; what it is shows when it subscribes. */
export function isOf(pair: Pair, which: 'all' | 'commands' | 'subscribers'): boolean {
  return which === 'all' || pair.isSubscriber === (which === 'subscribers')
}

/** One connection through a proxy: the client's socket and the server's, closed together. */
export class Pair {
  isSubscriber = false
  /** Nothing gets through any more, and neither side is told. */
  isSwallowed = false
  readonly #client: Socket
  readonly #server: Socket
  readonly #owner: PairOwner
  readonly #requests = new Frames()
  readonly #replies = new Frames()
  #asked = 0
  #answered = 0
  #lose: { readonly reply: number; readonly sprung: () => void } | undefined
  #toServer: Promise<void> = Promise.resolve()
  #toClient: Promise<void> = Promise.resolve()

  constructor(client: Socket, server: Socket, owner: PairOwner) {
    this.#client = client
    this.#server = server
    this.#owner = owner
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => this.cut())
    }
    client.on('data', (data: Buffer) => this.#fromClient(data))
    server.on('data', (data: Buffer) => this.#fromServer(data))
  }

  cut(): void {
    for (const socket of [this.#client, this.#server]) if (!socket.destroyed) socket.resetAndDestroy()
    this.#owner.over()
  }

  #fromClient(data: Buffer): void {
    for (const request of this.#requests.take(data)) {
      if (this.isSwallowed || this.#client.destroyed) return
      if (/^\*\d+\r\n\$\d+\r\n[ps]?subscribe\r\n/i.test(request.toString('latin1', 0, 40)))
        this.isSubscriber = true
      this.#asked++
      // Only one end can meet a connection.
      const fate = this.#lose ? undefined : this.#owner.fateOf(request)
      if (fate?.lose === 'request') {
        this.cut()
        return fate.sprung()
      }
      if (fate) this.#lose = { reply: this.#asked, sprung: fate.sprung }
      this.#toServer = this.#toServer.then(() => this.#send(this.#server, request))
    }
  }

  #fromServer(data: Buffer): void {
    for (const reply of this.#replies.take(data)) {
      if (this.isSwallowed || this.#client.destroyed) return
      this.#answered++
      if (this.#lose?.reply === this.#answered) {
        const { sprung } = this.#lose
        // What was answered before goes out first.
        this.#toClient = this.#toClient.then(() => {
          this.cut()
          sprung()
        })
        return
      }
      this.#toClient = this.#toClient.then(() => this.#send(this.#client, reply))
    }
  }

  async #send(socket: Socket, data: Buffer): Promise<void> {
    const way = this.#owner.way()
    if (way.kind === 'delay') await pause(way.ms)
    if (this.isSwallowed || socket.destroyed) return
    if (way.kind !== 'slice') return void socket.write(data)
    for (let i = 0; i < data.length && !socket.destroyed; i++) {
      socket.write(data.subarray(i, i + 1))
      await turn()
    }
  }
}
