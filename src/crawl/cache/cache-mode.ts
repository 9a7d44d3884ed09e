/**
 * How a page meets the cache. `read_through`, of which `enabled` is another word: what is stored and fresh, else what the server
 * gives, which is stored. `revalidate`: the server is always asked, but only for what is newer than what is stored. `refresh`:
 * fetched and stored, whatever is there. `only_cached`: what is stored, and no request. `bypass`: no cache at all.
 */
export const cacheModes = [
  'read_through',
  'enabled',
  'bypass',
  'refresh',
  'revalidate',
  'only_cached',
] as const
export type CacheMode = (typeof cacheModes)[number]
