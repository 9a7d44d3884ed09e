import type { Redis } from 'ioredis'
import RedisMock from 'ioredis-mock'
import type { RedisClient } from '../../../src/drivers/redis/redis-client.js'
import { mendedScript } from './mock-prelude.js'

/** A client without a server: ioredis-mock, with its faults evened out as far as the driver meets them. */
export function mockClient(mock: Redis = new RedisMock()): RedisClient {
  // A link that closes leaves a listener for errors at a client of the app.
  mock.setMaxListeners(0)
  return {
    async eval(text, keys, ...args) {
      const words = args.map((arg) => signsOf(String(arg)))
      return readReply(String(await mock.eval(mendedScript(text), keys, ...words, Date.now())))
    },
    // It knows EVALSHA, but no SCRIPT LOAD: what is tested is that the driver sends the text instead.
    evalsha: () => Promise.reject(new Error('NOSCRIPT No matching script. Please use EVAL.')),
    wait: () => Promise.resolve(0),
    ping: () => mock.ping(),
    select: (db) => mock.select(db),
    subscribe: (...channels) => mock.subscribe(...channels.map(signsOf)),
    unsubscribe: (...channels) => mock.unsubscribe(...channels.map(signsOf)),
    connect: () => mock.connect(),
    disconnect() {
      // It goes on hearing what it has subscribed to, and is counted by PUBLISH.
      mock.unsubscribe().catch(nothing)
      mock.disconnect()
    },
    duplicate: (options) => mockClient(mock.duplicate(options)),
    on: (event, listener) => mock.on(event, event === 'message' ? hearing(listener) : plain(listener)),
    off: (event, listener) => mock.off(event, plain(listener)),
  }
}

// -------------------------------------------------------------------------------------------------------------------

type Listener = (...args: never[]) => void

/** A text as ioredis-mock is to keep it: one sign for each of its bytes. */
function signsOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** A listener to messages, told texts instead of bytes. The driver never takes one away. */
function hearing(listener: Listener) {
  return (channel: string, text: string): void => listener(textOf(channel) as never, textOf(text) as never)
}

/** Itself, with the type that an emitter wants. */
function plain(listener: Listener): () => void {
  return listener
}

function textOf(signs: string): string {
  return Buffer.from(signs, 'latin1').toString()
}

/** A reply as `mendedScript` tells it: a letter for its kind, a number, `:`, and what belongs to it. */
function readReply(told: string): unknown {
  let at = 0
  const read = (): unknown => {
    const kind = told[at]
    const colon = told.indexOf(':', at)
    const number = Number(told.slice(at + 1, colon))
    at = colon + 1
    if (kind === '#') return number
    if (kind === '*') return Array.from({ length: number }, read)
    if (kind === '-') return null
    at += number
    return textOf(told.slice(at - number, at))
  }
  return read()
}

const nothing = (): void => undefined
