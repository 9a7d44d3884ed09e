import type { CookieStore } from './cookies.js'

/** Asks a server whether the page that is stored still holds: with 304 it says so. */
export interface Conditional {
  /** Where the stored page was; no other hop on the way is asked so. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** Whether a 304 is the answer to what was asked: another url, to which a redirect led this time, was asked nothing. */
export function isAnswerTo(
  conditional: Conditional | undefined,
  { status, finalUrl }: { readonly status: number; readonly finalUrl: string },
): boolean {
  return status === 304 && conditional?.url === finalUrl
}

/** What goes along with a request beside the headers of the whole fetch. */
export interface HopOptions {
  readonly conditional?: Conditional | undefined
  /** Asks all caches on the way for a new copy (RFC 9111, 5.2.1.4). @default false */
  readonly pastCaches?: boolean | undefined
  /** Each hop is shown its own, and may set some. @default none */
  readonly cookies?: CookieStore | null | undefined
}

/** The headers of one request on the way to a page. */
export async function hopHeaders(
  url: string,
  options: HopOptions,
): Promise<Readonly<Record<string, string>>> {
  const { conditional, pastCaches, cookies } = options
  const cookie = cookies ? await cookies.headerFor(url) : undefined
  return {
    ...(pastCaches ? { 'cache-control': 'no-cache', pragma: 'no-cache' } : {}),
    ...(conditional?.url === url ? conditional.headers : {}),
    ...(cookie === undefined ? {} : { cookie }),
  }
}

/** Keeps the cookies that a response sets. */
export async function keepCookies(
  url: string,
  header: string | string[] | undefined,
  { cookies }: HopOptions,
): Promise<void> {
  if (cookies && header !== undefined) await cookies.keep(url, typeof header === 'string' ? [header] : header)
}
