import type { Trait } from './boilerplate-words.js'
import type { Metadata } from './metadata.js'
import { isOfType, thingsOf } from './json-ld.js'
import type { ChildNode, Element } from './parse-tree.js'
import type { Block, Survey } from './survey.js'
import { UNREAD_TAGS } from './tags.js'

const X = (globalThis as any).process?.env ?? {}
const on = (k: string) => !(X.OFF ?? '').split(',').includes(k)
export const SIDE = /^(?:related|recommended|similar|suggested|popular|trending|latest|recent|more|featured|top|other)\s(?:\w+\s){0,2}(?:articles?|posts?|products?|stories|reading|topics|content|searches|items|guides|resources|links|blogs?|news|videos|pages|threads|discussions|questions|categories|reads|from|like this)\b|^(?:related|trending|recommended(?: for you)?|you (?:may|might|could) (?:also )?(?:like|be|enjoy)|(?:customers|people|others|shoppers|users|guests)(?: who \w+ \w+ \w+)? (?:also|who)|frequently bought|recently viewed|(?:read|up|what.s) next|more (?:from|to|in|on|about|like|by)\b|keep reading|continue reading|don.t miss|see also|explore more|discover more|shop (?:the look|more|similar|by)|complete (?:the|your) |pairs well|goes well|you.ll (?:also )?love|inspired by|our other|as seen (?:in|on)|share (?:this|on|the|article|post|via)|share$|about the author|about author|written by|author$|author bio|(?:leave|post|write|add|submit) (?:a|your) (?:reply|comment|review|response)|(?:\d+ )?(?:comments?|responses|replies|thoughts on)\b|subscribe|sign up|newsletter|join (?:our|the|us|over|my)|stay (?:connected|informed|up|in touch|tuned|updated)|get (?:the latest|updates|our)|follow us|connect with|connect$|find us|categories$|tags?$|topics$|archives?$|search$|navigation$|menu$|contact us$|contact$|quick links|useful links|filed under|table of contents|contents$|on this page|in this article|page contents|what.s inside|advertisement|sponsored|compare (?:with|similar|to)|was this|did you find|rate this|report|feedback|cookie|privacy|your cart|sign in|log ?in|footer|share your|recently|explore our|ready to|powered by|viewers also)/i
export const SIDE_PRODUCT = /review|rating|question|q\s?&\s?a|shipping|delivery|return|faq|warranty|payment|how to get|compare|why (?:shop|buy|choose)|instagram|gallery|community|press|story/i
export const SIDE_FORUM = /^(?:similar|related|suggested|recommended|who.s online|who is online|return to|quick links|jump to|share|thread (?:starter|tools)|members online|latest|new topics|trending|topic|users browsing|forum statistics|recently browsing|reply|sign up|create an account|join|recent|board|information|legend|permissions)/i

export function choosePage(survey: Survey, metadata: Metadata, url: string | null): { parts: ChildNode[]; isDropped: (e: Element) => boolean; kind: string } {
  const drop = new Set<Element>(survey.droppedInline)
  const { body, blocks } = survey
  if (!body) return { parts: [], isDropped: () => false, kind: 'none' }
  const kind = pageKind(survey, metadata, url)
  const D: Set<Trait> = new Set(['chrome', 'hidden', 'aside', 'filter', 'profile', 'byline'])
  if (kind !== 'forum') D.add('comments')
  for (const b of blocks) if (b.trait && D.has(b.trait)) drop.add(b.element)
  let node: Block = body
  const descend = kind === 'article' ? 0.65 : +(X.DESC ?? 0.95)
  for (;;) {
    let best: Block | undefined
    for (const c of node.children) if (!drop.has(c.element) && (!best || c.mass > best.mass)) best = c
    if (best && best.mass >= descend * node.mass && best.children.length) node = best
    else break
  }
  if (kind === 'product' && X.ANC) { const h = blocks.find((b) => b.level === 1 && b.chars > 0); let n: Block | null = h ?? null; if (n) { while (n.parent && n.parent !== body && n.chars < +X.ANC) n = n.parent; node = n } }
  if (on('side') && kind !== 'other') dropSides(blocks, node, kind, drop)
  if (on('linklist') && (kind !== 'other')) {
    for (const b of blocks) {
      if (b.links < 4 || b === node || drop.has(b.element)) continue
      if (b.linkChars > 0.85 * b.chars && b.linkChars / b.links < +(X.LL ?? 30) && b.chars < 0.3 * node.chars) drop.add(b.element)
    }
  }
  const dropped = (e: Element) => UNREAD_TAGS.has(e.tagName) || drop.has(e) || (on('button') && e.tagName === 'button' && !inHeading(e))
  return { parts: [node.element], isDropped: dropped, kind }
}
function inHeading(e: Element) {
  let p: any = e.parentNode
  for (let i = 0; i < 4 && p; i++, p = p.parentNode) if (/^(?:h[1-6]|summary|dt|li)$/.test(p.tagName ?? '')) return true
  return e.attrs.some((a) => a.name === 'aria-expanded')
}
function firstTextChild(b: Block): Block | undefined { return b.children.find((c) => c.chars > 0) }
function dropSides(blocks: readonly Block[], region: Block, kind: string, drop: Set<Element>) {
  for (const h of blocks) {
    if (h.level === 0 || h.chars === 0 || h.chars > 90) continue
    const text = headingText(h)
    if (!(SIDE.test(text) || (kind === 'product' && SIDE_PRODUCT.test(text)) || (kind === 'forum' && SIDE_FORUM.test(text)))) continue
    if (h.level === 1) continue
    let n = h
    while (n.parent && n.parent !== region && n.parent.children.length && firstTextChild(n.parent) === n && n.parent.chars < 0.4 * region.chars) n = n.parent
    if (n.chars > h.chars * 1.2) { if (n.chars < 0.4 * region.chars) drop.add(n.element); continue }
    if (!n.parent) continue
    const sib = n.parent.children
    const from = sib.indexOf(n)
    let sum = 0, to = from + 1
    for (; to < sib.length; to++) {
      const s = sib[to]!
      const first = firstHeading(s)
      if (first && first.level <= h.level) break
      sum += s.chars
    }
    if (sum < 0.4 * region.chars) for (let i = from; i < to; i++) drop.add(sib[i]!.element)
  }
}
function firstHeading(b: Block): Block | null { let n: Block | undefined = b; for (let i = 0; n && i < 6; i++) { if (n.level) return n; n = firstTextChild(n) } return null }
function headingText(h: Block): string { let t = h.heading; const st = [...h.children]; return t.replace(/\s+/g, ' ').trim() || st.map((c) => c.heading).join(' ').trim() }

export function pageKind(survey: Survey, metadata: Metadata, url: string | null): string {
  const things = thingsOf(metadata.jsonLd)
  const has = (re: RegExp) => things.some((t) => isOfType(t, re))
  const og = metadata.openGraph.type ?? ''
  const gen = survey.facts.meta.get('generator') ?? ''
  const path = url ? new URL(url).pathname + new URL(url).search : ''
  const host = url ? new URL(url).hostname : ''
  if (has(/^DiscussionForumPosting$|^QAPage$/) || /discourse|phpbb|vbulletin|xenforo|invision|flarum|mybb|smf/i.test(gen) || /\b(?:xenforo|phpbb|vbulletin|ipsapp|ips_|discourse|section-viewtopic|forum)/i.test(survey.facts.siteClass) || /^(?:forums?|community|boards?|discuss?)\./.test(host) || /\/(?:forums?|threads?|topics?|t|viewtopic\.php|showthread\.php|discussions?|questions)(?:\/|$|\?)/.test(path)) return 'forum'
  if (!has(/Article$|^BlogPosting$/) && og !== 'article') {
    let comments = 0
    for (const b of survey.blocks) if (b.trait === 'comments' && b.parent?.trait !== 'comments') comments += b.total
    if (comments > 0.5 * (survey.body?.total ?? 0)) return 'forum'
  }
  if (has(/^Product$|^ProductGroup$/) && !has(/^ItemList$|^CollectionPage$/) || /^(?:og:)?product(?:\.item)?$/.test(og)) return 'product'
  if (has(/^(?!Web).*Article$|^BlogPosting$/) || survey.facts.meta.has('article:published_time') ) return 'article'
  return 'other'
}
