import { isUtf8 } from 'node:buffer'
import { RiptideError, describe, isRiptideError } from '../../core/errors.js'
import { type UrlRules, checkUrl } from './url-check.js'

/** One redirect that was followed. */
export interface FollowedRedirect {
  /** Who redirected. */
  readonly url: string
  readonly status: number
  /** Where to, as a whole url. */
  readonly location: string
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * Where a response leads, checked like any url that is submitted; undefined when it leads nowhere: another status, or no
 * Location, which makes it a page like any other.
 */
export function redirectTarget(
  url: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  rules: UrlRules,
): string | undefined {
  const location = headers.location
  if (!redirectStatuses.has(status) || location === undefined || location.trim() === '') return undefined
  const text = asUtf8(location).trim()
  if (!URL.canParse(text, url)) {
    throw new RiptideError(
      'REDIRECT_INVALID',
      `the server redirected to what is no url: ${describe(withoutUserInfo(text))}`,
    )
  }
  const target = new URL(text, url)
  target.hash = ''
  return check(target.href, rules)
}

/** Throws REDIRECT_LOOP or REDIRECT_LIMIT when `next` may not follow what was followed so far. */
export function checkChain(
  followed: readonly FollowedRedirect[],
  next: FollowedRedirect,
  maxRedirects: number,
): void {
  const seen = [...followed, next].map(({ url }) => url)
  if (seen.includes(next.location)) throw new RiptideError('REDIRECT_LOOP', 'the redirects lead in a circle')
  if (seen.length > maxRedirects) {
    throw new RiptideError('REDIRECT_LIMIT', `more than ${maxRedirects} redirects`, {
      facts: { limit: maxRedirects },
    })
  }
}

// -------------------------------------------------------------------------------------------------------------------

function check(href: string, rules: UrlRules): string {
  try {
    return checkUrl(href, 'the target of the redirect', rules)
  } catch (error) {
    if (!isRiptideError(error)) throw error
    const code = error.code === 'URL_INVALID' ? 'REDIRECT_INVALID' : error.code
    throw new RiptideError(code, error.message)
  }
}

/** Headers come as Latin-1; what servers put there beyond ASCII is nearly always UTF-8. */
function asUtf8(header: string): string {
  const bytes = Buffer.from(header, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : header
}

function withoutUserInfo(text: string): string {
  return text.slice(text.lastIndexOf('@') + 1)
}
