/** An address made absolute against the page's own, or `null` when it is no http or https address. */
export type ResolveAddress = (href: string) => string | null

/** Resolves the addresses of one page; longer ones than 4,096 characters are no addresses. */
export function addressResolver(base: string | null): ResolveAddress {
  const known = new Map<string, string | null>()
  return (href) => {
    if (href.length > MAX_ADDRESS) return null
    let address = known.get(href)
    if (address === undefined) {
      address = absolute(href, base)
      known.set(href, address)
    }
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

const MAX_ADDRESS = 4_096
