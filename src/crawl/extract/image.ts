import type { ResolveAddress } from './address.js'
import { type Element, attribute, isElement } from './parse-tree.js'

/**
 * The address of a picture, or `null` when it has none that can be fetched: where scripts put the picture in, that is the
 * address they take it from, and where the browser may choose from several, the largest.
 */
export function imageAddress(image: Element, resolve: ResolveAddress): string | null {
  for (const name of LAZY) {
    const address = addressIn(attribute(image, name), resolve)
    if (address !== null) return address
  }
  const own = addressIn(attribute(image, 'src'), resolve)
  if (own !== null && !PLACEHOLDER.test(own)) return own
  const sets = [attribute(image, 'data-srcset'), attribute(image, 'srcset'), ...sourcesOf(image)]
  for (const set of sets) {
    const address = largest(set ?? '', resolve)
    if (address !== null) return address
  }
  return addressIn(twinOf(image), resolve) ?? own
}

// -------------------------------------------------------------------------------------------------------------------

const LAZY = [
  'data-src',
  'data-lazy-src',
  'data-original',
  'data-original-src',
  'data-lazy',
  'data-url',
] as const
const PLACEHOLDER = /(?:placeholder|spacer|blank|pixel|transparent|lazy)[\w-]{0,20}\.(?:gif|png|svg)/i
const MAX_SET = 8_000

function addressIn(value: string | undefined, resolve: ResolveAddress): string | null {
  const text = value?.trim() ?? ''
  return text === '' ? null : resolve(text)
}

/** The `source` elements of the `picture` around an image. */
function sourcesOf(image: Element): (string | undefined)[] {
  const picture = image.parentNode
  if (!picture || !('tagName' in picture) || picture.tagName !== 'picture') return []
  return picture.childNodes
    .slice(0, 20)
    .filter(isElement)
    .filter(({ tagName }) => tagName === 'source')
    .map((source) => attribute(source, 'srcset') ?? attribute(source, 'data-srcset'))
}

/** The picture that stands beside an empty one for browsers without scripts. */
function twinOf(image: Element): string | undefined {
  const around = image.parentNode?.childNodes.slice(0, 20).filter(isElement) ?? []
  const next = around[around.indexOf(image) + 1]
  if (!around.includes(image) || next?.tagName !== 'noscript') return undefined
  const twin = next.childNodes
    .slice(0, 5)
    .filter(isElement)
    .find(({ tagName }) => tagName === 'img')
  return twin && attribute(twin, 'src')
}

/** The candidate of a `srcset` with the greatest width or density (HTML, section 2.5.9.3). */
function largest(set: string, resolve: ResolveAddress): string | null {
  let best: string | null = null
  let most = -1
  for (const candidate of set
    .slice(0, MAX_SET)
    .trim()
    .split(/,\s+|,(?=https?:)/)) {
    const [address = '', size = '1x'] = candidate.trim().split(/\s+/)
    const value = Number.parseFloat(size)
    if (address === '' || !(value > most)) continue
    const resolved = resolve(address)
    if (resolved === null) continue
    best = resolved
    most = value
  }
  return best
}
