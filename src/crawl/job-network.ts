import type { CookieStore } from './fetch/cookies.js'
import type { JobHeaders } from './fetch/job-headers.js'

/** How the requests of one job go out. */
export interface JobNetwork {
  /** Headers of the job's own; see `headersFor`. */
  readonly headers: JobHeaders
  /** The origins that get these headers; `null` for those of whatever url the job names. */
  readonly origins: ReadonlySet<string> | null
  /** The name of one of the app's proxies. */
  readonly proxy: string | null
  /** Of this job alone: what it was given on one page it shows on the next. */
  readonly cookies: CookieStore | null
}

/** As it is without an option of the job. */
export const plainNetwork: JobNetwork = Object.freeze({
  headers: Object.freeze({}),
  origins: null,
  proxy: null,
  cookies: null,
})

/** For a job that finds urls by itself: its headers, which may be secrets, stay with the origins of those that it was given. */
export function keptTo(urls: readonly string[], network: JobNetwork): JobNetwork {
  if (Object.keys(network.headers).length === 0) return network
  const named = urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin)
  return { ...network, origins: new Set(named) }
}

/** The job's own headers for a request that begins with this url. */
export function headersFor(href: string, { headers, origins }: JobNetwork): JobHeaders {
  return origins === null || origins.has(new URL(href).origin) ? headers : plainNetwork.headers
}
