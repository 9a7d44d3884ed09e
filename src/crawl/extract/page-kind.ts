import { type Thing, isOfType } from './json-ld.js'
import type { PageFacts } from './page-facts.js'
import type { Survey } from './survey.js'

/**
 * What sort of page it is, for what counts as its text: in a thread the comments are the page, an article and a product end
 * where the suggestions begin, and of any other page everything is kept that does not call itself something else.
 */
export type PageKind = 'article' | 'thread' | 'product' | 'other'

/** Tells the kind of a page from what it says about itself, from its address, and from where its text lies. */
export function pageKind(survey: Survey, things: readonly Thing[], url: string | null): PageKind {
  const { facts } = survey
  const type = facts.meta.get('og:type') ?? ''
  const is = (types: RegExp): boolean => things.some((thing) => isOfType(thing, types))
  const address = url === null ? null : new URL(url)
  const path = address === null ? '' : address.pathname + address.search
  const isArticle = is(/^(?:\w{0,20}Article|BlogPosting)$/)

  if (
    (is(/^Product(?:Group)?$/) && !is(/^(?:ItemList|CollectionPage)$/)) ||
    /^(?:og:)?product(?:\.item)?$/.test(type) ||
    PRICES.some((name) => facts.meta.has(name)) ||
    facts.itemTypes.get('Product') === 1
  )
    return 'product'
  if (
    is(/^(?:DiscussionForumPosting|QAPage)$/) ||
    facts.itemTypes.has('DiscussionForumPosting') ||
    facts.itemTypes.has('QAPage') ||
    isForumSoftware(facts) ||
    THREAD_HOST.test(address?.hostname ?? '') ||
    THREAD_PATH.test(path)
  )
    return 'thread'
  if (isArticle || facts.meta.has('article:published_time')) return 'article'
  // What customers say of a product may be longer than the page.
  if (PRODUCT_PATH.test(path)) return 'product'
  return survey.isDiscussion ? 'thread' : 'other'
}

// -------------------------------------------------------------------------------------------------------------------

const PRICES = ['product:price:amount', 'og:price:amount', 'product:price']
const THREAD_HOST = /^(?:forums?|community|boards?|discuss)\./
/** Topics and questions have a number; without one it is the name of a section. */
const THREAD_PATH =
  /\/(?:forums?|threads?|viewtopic\.php|showthread\.php)(?:[/?]|$)|\/(?:topics?|t|discussions?|questions)\/(?:[^/?]{1,200}\/)?\d|[?&;](?:topic|showtopic)=\d/
const PRODUCT_PATH = /\/(?:products?|dp|itm|item|pdp|p)\/[^/]/

function isForumSoftware({ meta, pageClass }: PageFacts): boolean {
  const generator = /discourse|phpbb|vbulletin|xenforo|invision|flarum|mybb|nodebb/i
  return (
    generator.test(meta.get('generator') ?? '') ||
    /(?:^|\s)(?:xenforo|phpbb|vbulletin|ipsapp|discourse|section-viewtopic|forum)/i.test(pageClass)
  )
}
