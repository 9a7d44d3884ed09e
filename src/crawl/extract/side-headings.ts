import type { PageKind } from './page-kind.js'

/** Whether a heading opens a section that stands beside the text of a page of this kind. */
export function isSideHeading(text: string, kind: PageKind): boolean {
  if (kind === 'other') return false
  return (
    SIDE.test(text) ||
    (kind === 'product' && PRODUCT_SIDE.test(text)) ||
    (kind === 'thread' && THREAD_SIDE.test(text))
  )
}

// -------------------------------------------------------------------------------------------------------------------

const THINGS = `(?:${'articles? posts? products? stories reading topics content searches items guides resources links blogs? news videos pages threads discussions questions categories reads'.replaceAll(' ', '|')})`

/** The starts of headings, a line a handful of them. */
const SIDE_PHRASES = String.raw`
(?:related|recommended|similar|suggested|popular|trending|latest|recent|more|featured|top|other)\s(?:\w{1,20}\s){0,2}${THINGS}(?!\p{L})
(?:related|trending|recommended(?: for you)?)$|you (?:may|might|could) (?:also )?(?:like|be|enjoy)
you.ll (?:also )?love
(?:customers|people|others|shoppers|users|guests)(?: who \w{1,20} \w{1,20} \w{1,20})? (?:also|who)
frequently bought|recently viewed|(?:read|up|what.s) next|more (?:from|to|in|on|about|like|by)\s
keep reading|continue reading|don.t miss|see also$|inspired by|(?:explore|discover) more
shop (?:the look|more|similar|by)|complete (?:the|your)\s|(?:pairs|goes) well|our other|as seen (?:in|on)
share(?: (?:this|on|the|article|post|via|your)(?!\p{L})|$)|(?:about the )?author$|about the author
written by|author bio|recently\s|powered by
(?:leave|post|write|add|submit) (?:a|your) (?:reply|comment|review|response)
(?:\d{1,6} )?(?:comments?|responses|replies|thoughts on)(?!\p{L})|subscribe|sign up|sign in|log ?in
newsletter|join (?:our|the|us|my)\s|stay (?:connected|informed|up|in touch|tuned|updated)
get (?:the latest|updates)|follow us|connect with|find us
(?:categories|tags?|archives?|search|navigation|menu|contact(?: us)?)$|(?:quick|useful) links|filed under
table of contents|contents$|on this page|in this article|page contents|advertisement|sponsored
compare (?:with|similar)|was this\s|did you find|rate this|feedback$|cookie|privacy$|your cart
viewers also|ähnliche|verwandte|weitere (?:artikel|themen|beiträge)|das könnte|mehr (?:zum thema|von)
kommentare|teilen|artículos relacionados|también te|te puede|le puede interesar|más noticias|comentarios
compartir|comparte|à lire|lire aussi|articles? (?:similaires|liés|connexes)|vous aimerez|commentaires
partager|articoli correlati|potrebbe|ti potrebbe|leggi anche|commenti|condividi|gerelateerd|lees ook
artigos relacionados|leia também|veja também|compartilhe|powiązane|czytaj też|komentarze|читайте также
похожие|комментарии
`

const SIDE = new RegExp(`^(?:${SIDE_PHRASES.trim().split('\n').join('|')})`, 'iu')
const PRODUCT_SIDE =
  /reviews?(?!\p{L})|ratings?(?!\p{L})|questions?(?!\p{L})|q\s?&\s?a|shipping|delivery|returns?(?!\p{L})|faq|warranty|payment|how to get|compare|why (?:shop|buy|choose)|instagram|gallery|community|in the press/iu
const THREAD_SIDE =
  /^(?:similar|related|suggested|recommended|who.s online|who is online|return to|jump to|thread (?:starter|tools)|members online|latest|new topics|trending|topic$|users browsing|forum statistics|reply$|create an account|join|recent|board|information$|legend|permissions)/i
