/** The cookies of one job, by RFC 6265: no page sees those of another site. */
export interface CookieStore {
  /** The `Cookie` header for a url; undefined when none is for it. */
  headerFor(url: string): Promise<string | undefined>
  /** Takes what a response of that url sets; what is not allowed, malformed or too much is passed over. */
  keep(url: string, setCookies: readonly string[]): Promise<void>
}

/** An empty jar in memory; what it is made of is loaded with the first page. */
export function createCookies(): CookieStore {
  let opening: Promise<CookieStore> | undefined
  const jar = (): Promise<CookieStore> => (opening ??= open())
  return {
    headerFor: async (url) => (await jar()).headerFor(url),
    keep: async (url, setCookies) => {
      if (setCookies.length > 0) await (await jar()).keep(url, setCookies)
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** RFC 6265, 6.1: what a client has to be able to keep, and no more. */
const mostBytes = 4096
const mostOfSite = 50
const mostOfAll = 3000
/** Longer than all headers that servers take. */
const longestHeader = 16 * 1024

async function open(): Promise<CookieStore> {
  const { Cookie, CookieJar, MemoryCookieStore, canonicalDomain, defaultPath } = await import('tough-cookie')
  const store = new MemoryCookieStore()
  // A cookie for a public suffix (`co.uk`) is refused, and one whose prefix (`__Host-`) it does not live up to passed over.
  const jar = new CookieJar(store, { rejectPublicSuffixes: true, prefixSecurity: 'silent' })
  let count = 0

  /** Whether it takes the place of one that is there (RFC 6265, 5.3: the same name, domain and path). */
  const isKnown = async (text: string, { hostname, pathname }: URL): Promise<boolean> => {
    const cookie = Cookie.parse(text)
    if (!cookie) return false
    const path = cookie.path?.startsWith('/') ? cookie.path : defaultPath(pathname)
    const domain = cookie.cdomain() ?? canonicalDomain(hostname)
    return (await store.findCookie(domain ?? null, path, cookie.key)) !== undefined
  }
  /** Those whose time is over make room. */
  const recount = async (): Promise<number> => {
    const all = await store.getAllCookies()
    const over = all.filter((cookie) => cookie.TTL() <= 0)
    for (const { domain, path, key } of over) await store.removeCookie(domain ?? '', path ?? '', key)
    return all.length - over.length
  }
  const hasRoom = async (url: string): Promise<boolean> => {
    const ofSite = await jar.getCookies(url, { allPaths: true })
    if (ofSite.length >= mostOfSite) return false
    if (count >= mostOfAll) count = await recount()
    return count < mostOfAll
  }
  const keepOne = async (text: string, url: string): Promise<void> => {
    const isNew = !(await isKnown(text, new URL(url)))
    if (isNew && !(await hasRoom(url))) return
    if ((await jar.setCookie(text, url, { ignoreError: true })) && isNew) count++
  }
  return {
    async headerFor(url) {
      const header = await jar.getCookieString(url)
      return header === '' || header.length > longestHeader ? undefined : header
    },
    async keep(url, setCookies) {
      for (const text of setCookies.slice(0, mostOfSite))
        if (Buffer.byteLength(text) <= mostBytes) await keepOne(text, url)
    },
  }
}
