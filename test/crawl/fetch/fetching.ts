import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { afterEach } from 'vitest'
import { isRiptideError, type RiptideError } from '../../../src/core/errors.js'
import { type FetchOptions, type FetchedPage, fetchPage } from '../../../src/crawl/fetch/fetch-page.js'
import {
  type DispatcherOptions,
  type GuardedDispatcher,
  createDispatcher,
} from '../../../src/crawl/fetch/guarded-dispatcher.js'

const opened: GuardedDispatcher[] = []

afterEach(async () => {
  for (const dispatcher of opened.splice(0)) await dispatcher.close()
})

/** A dispatcher that closes with the test; it may go anywhere unless told otherwise. */
export function openDispatcher(options: Partial<DispatcherOptions> = {}): GuardedDispatcher {
  const dispatcher = createDispatcher({ allowPrivateNetwork: true, connectTimeoutMs: 20_000, ...options })
  opened.push(dispatcher)
  return dispatcher
}

/** Fetches with limits that no honest local server meets. */
export function get(url: string, options: Partial<FetchOptions> = {}): Promise<FetchedPage> {
  return fetchPage(url, {
    dispatcher: options.dispatcher ?? openDispatcher(),
    userAgent: 'test-crawler/1.0',
    allowPrivateNetwork: true,
    totalTimeoutMs: 20_000,
    idleTimeoutMs: 10_000,
    maxRedirects: 5,
    maxBytes: 1_000_000,
    maxDecodedBytes: 1_000_000,
    ...options,
  })
}

/** The error of ours that a promise rejects with. */
export async function failure(work: Promise<unknown>): Promise<RiptideError> {
  try {
    await work
  } catch (error) {
    if (isRiptideError(error)) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** A lookup that gives its answers in turn, and counts. */
export function lookupOf(...answers: readonly (readonly string[])[]): {
  lookup: LookupFunction
  asked: string[]
} {
  const asked: string[] = []
  const lookup: LookupFunction = (hostname, options, callback) => {
    if (!options.all) throw new Error('a lookup must be asked for all addresses')
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(hostname)
    const addresses: LookupAddress[] = answer.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }))
    queueMicrotask(() => callback(null, addresses))
  }
  return { lookup, asked }
}

/** One bare request by a dispatcher with these options. */
export function request(origin: string, options: Partial<DispatcherOptions> = {}): Promise<unknown> {
  return openDispatcher(options).request({
    origin,
    path: '/',
    method: 'GET',
    signal: new AbortController().signal,
  })
}
