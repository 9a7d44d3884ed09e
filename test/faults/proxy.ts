import { once } from 'node:events'
import { type Server, type Socket, connect, createServer } from 'node:net'
import { afterAll } from 'vitest'
import { Pair, type Way, isOf } from './proxy-pair.js'

/** Which connections: a client of ours has one for commands and one that listens. */
export type Which = 'all' | 'commands' | 'subscribers'

const proxies = new Set<Proxy>()

afterAll(async () => {
  await Promise.all([...proxies].map((one) => one.close()))
})

/** A proxy in front of a port of this host; it ends with the test file. */
export async function startProxy(target: number): Promise<Proxy> {
  const proxy = new Proxy(target)
  proxies.add(proxy)
  await proxy.listen()
  return proxy
}

/** A wish to lose the next request with a text in it, or the reply to it. */
interface Trap {
  readonly text: string
  readonly what: 'request' | 'reply'
  readonly sprung: () => void
  /** How many of them pass first. */
  left: number
}

/** A TCP proxy that knows where messages of Redis begin and end, and does to them what a bad network does. */
export class Proxy {
  readonly #target: number
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  readonly #traps = new Set<Trap>()
  #port = 0
  #way: Way = { kind: 'pass' }

  constructor(target: number) {
    this.#target = target
    this.#server = createServer((client) => this.#accept(client))
  }

  get port(): number {
    return this.#port
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  get connections(): number {
    return this.#pairs.size
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address) this.#port = address.port
  }

  /** From now on everything goes through as it comes; connections in a black hole stay there. */
  pass(): void {
    this.#way = { kind: 'pass' }
  }

  /** Everything arrives so much later, each way. */
  delay(ms: number): void {
    this.#way = { kind: 'delay', ms }
  }

  /** Everything arrives byte by byte. */
  slice(): void {
    this.#way = { kind: 'slice' }
  }

  /** These connections stay open, and nothing gets through them again. New ones work. */
  swallow(which: Which = 'all'): number {
    const found = [...this.#pairs].filter((pair) => isOf(pair, which))
    for (const pair of found) pair.isSwallowed = true
    return found.length
  }

  /** As `swallow`, and new connections too are taken and never answered, until `pass`. */
  blackHole(): void {
    this.#way = { kind: 'hole' }
    this.swallow()
  }

  /** Cuts connections with RST. */
  reset(which: Which = 'all'): number {
    const found = [...this.#pairs].filter((pair) => isOf(pair, which))
    for (const pair of found) pair.cut()
    return found.length
  }

  /** Cuts all, and refuses new ones until `listen`. */
  async refuse(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.reset()
    await closed
  }

  /** The connection is cut in front of the next request with this text: the server never sees it. */
  loseRequest(text: string, nth = 1): Promise<void> {
    return this.#set('request', text, nth)
  }

  /** The next request with this text is carried out, and the connection is cut instead of its reply. */
  loseReply(text: string, nth = 1): Promise<void> {
    return this.#set('reply', text, nth)
  }

  /** Forgets what was to be lost. */
  disarm(): void {
    this.#traps.clear()
  }

  async close(): Promise<void> {
    proxies.delete(this)
    if (this.#server.listening) await this.refuse()
  }

  #set(what: Trap['what'], text: string, nth: number): Promise<void> {
    return new Promise((sprung) => this.#traps.add({ what, text, sprung, left: nth - 1 }))
  }

  #accept(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1')
    const pair: Pair = new Pair(client, server, {
      way: () => this.#way,
      fateOf: (request) => this.#fateOf(request),
      over: () => void this.#pairs.delete(pair),
    })
    pair.isSwallowed = this.#way.kind === 'hole'
    this.#pairs.add(pair)
  }

  #fateOf(request: Buffer): { readonly lose: 'request' | 'reply'; readonly sprung: () => void } | undefined {
    for (const trap of this.#traps) {
      if (!request.includes(trap.text)) continue
      if (trap.left-- > 0) return undefined
      this.#traps.delete(trap)
      return { lose: trap.what, sprung: trap.sprung }
    }
    return undefined
  }
}
