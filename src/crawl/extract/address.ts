/** An address made absolute against the page's own, or `null` when it is no http or https address. */
export type ResolveAddress = (href: string) => string | null

/**
 * Resolves the addresses of one page; longer ones than 4,096 characters, given or made, are no addresses. A long base would
 * stand in each of its links: once all together are far longer than the page, which has `pageLength` characters, no more are made.
 */
export function addressResolver(base: string | null, pageLength: number): ResolveAddress {
  const known = new Map<string, string | null>()
  const ownBase = base !== null && base.length > MAX_ADDRESS ? null : base
  const site = ownBase === null ? null : siteOf(ownBase)
  let room = leastRoom + 4 * pageLength
  return (href) => {
    if (href.length > MAX_ADDRESS || room < 0) return null
    let address = known.get(href)
    if (address === undefined) {
      address = site !== null && isPlainPath(href) ? site + href : absolute(href, ownBase)
      if (address !== null && address.length > MAX_ADDRESS) address = null
      known.set(href, address)
    }
    room -= address?.length ?? 0
    return address
  }
}

/** The normal form of an http or https address, or `null`. */
export function absolute(href: string, base: string | null): string | null {
  // Most links of a page that are no addresses say so at once; URL.canParse would read them twice.
  if (href.length > MAX_ADDRESS || (base === null && !/^\s*https?:/i.test(href))) return null
  try {
    const url = base === null ? new URL(href) : new URL(href, base)
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' ? url.href : null
  } catch {
    return null
  }
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_ADDRESS = 4_096
const leastRoom = 1_000_000

/** What stands before the path of an address in its normal form. */
function siteOf(address: string): string | null {
  return /^https?:\/\/[^/]+(?=\/)/.exec(address)?.[0] ?? null
}

/** A path that the URL standard leaves as it is, with or without a query, as most links have it: to parse one costs ten times this. */
function isPlainPath(href: string): boolean {
  return PLAIN_PATH.test(href) && !href.includes('/.')
}

const PLAIN_PATH = /^\/(?!\/)[\w./~+,;=:@!-]*(?:\?[\w./?~+,;=:@!&-]*)?$/
