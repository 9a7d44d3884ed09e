import type { PageKind } from './page-kind.js'

/** Which section stands beside the text: any that the heading opens, or only one of a few words. */
export type SideSection = 'any' | 'brief'

/**
 * What a heading opens beside the text of a page of this kind, if it does. A guide has sections on signing up and on cookies;
 * those that ask for it, or tell of them in passing, say little more.
 */
export function sideSectionOf(text: string, kind: PageKind): SideSection | null {
  const isSide =
    kind === 'other'
      ? OTHER_SIDE.test(text)
      : SIDE.test(text) ||
        (kind === 'product' && PRODUCT_SIDE.test(text)) ||
        (kind === 'thread' && THREAD_SIDE.test(text))
  if (isSide) return 'any'
  return BRIEF_SIDE.test(text) ? 'brief' : null
}

// -------------------------------------------------------------------------------------------------------------------

const THINGS = `(?:${'articles? posts? products? stories reading topics content searches items guides resources links blogs? news videos pages threads discussions questions categories reads events announcements'.replaceAll(' ', '|')})`

/** The starts of headings, a line a handful of them. */
const SIDE_PHRASES = String.raw`
(?:related|recommended|similar|suggested|popular|trending|latest|recent|more|featured|top|other)\s(?:\w{1,20}\s){0,2}${THINGS}(?!\p{L})
(?:related|trending|recommended(?: for you)?)$|you (?:may|might|could) (?:also )?(?:like|be|enjoy)
you.ll (?:also )?love
(?:customers|people|others|shoppers|users|guests)(?: who \w{1,20} \w{1,20} \w{1,20})? (?:also|who)
frequently bought|recently viewed|(?:read|up|what.s) next|more (?:from|to|in|on|about|like|by)\s
external links$|further reading$|keep reading|continue reading|don.t miss|see also$|inspired by|(?:explore|discover) more
shop (?:the look|more|similar|by)|complete (?:the|your)\s|(?:pairs|goes) well|our other|as seen (?:in|on)
share(?: (?:this|on|the|article|post|via|your)(?!\p{L})|$)|(?:about the )?author$|about the author
about the (?:reviewer|editor|contributor|publisher)s?$|(?:also )?in the news$|disclaimer:?$|explore related
(?:related|recommended|similar|suggested) (?:\w{1,20} )?(?:publications|coverage|episodes|recipes|courses|jobs|events|games)(?!\p{L})
written by|author bio|recently\s|powered by
(?:leave|post|write|add|submit) (?:a|your) (?:reply|comment|review|response)
(?:\d{1,6} )?(?:comments?|responses|replies|thoughts on)(?!\p{L})
join (?:our|the|us|my)\s|stay (?:connected|informed|up|in touch|tuned|updated)
get (?:the latest|updates)|follow us|connect with|find us
(?:categories|tags?|archives?|search|navigation|menu|contact(?: us)?)$|(?:quick|useful) links|filed under
table of contents|contents$|on this page|in this article|page contents|advertisement|sponsored
compare (?:with|similar)|was this\s|did you find|rate this|your cart
viewers also|ähnliche|verwandte|weitere (?:artikel|themen|beiträge)|das könnte|mehr (?:zum thema|von)
kommentare|teilen|artículos relacionados|también te|te puede|le puede interesar|más noticias|comentarios
compartir|comparte|à lire|lire aussi|articles? (?:similaires|liés|connexes)|vous aimerez|commentaires
partager|articoli correlati|potrebbe|ti potrebbe|leggi anche|commenti|condividi|gerelateerd|lees ook
artigos relacionados|leia também|veja também|compartilhe|powiązane|czytaj też|komentarze|читайте также
похожие|комментарии|схожі|читайте також|коментарі|още по темата|свързани
ilgili haberler|benzer haberler|yorumlar|σχετικά|διαβάστε επίσης|související|čtěte také|kapcsolódó|olvassa el
relaterade|läs (?:också|mer)|relaterede|læs også|relaterte|les også|lue myös|citește și|articole similare|comentarii
artikel terkait|berita terkait|baca juga|komentar|bài viết liên quan|tin liên quan|xem thêm|bình luận|povezani
相关(?:文章|推荐|阅读|新闻|链接|产品|内容)|相關(?:文章|推薦|閱讀|新聞|連結)|推荐阅读|推薦閱讀|延伸(?:阅读|閱讀)|热门|熱門|猜你喜欢|评论|評論|留言|分享|最新(?:文章|新闻|新聞|記事)
関連(?:記事|リンク|商品|ニュース|情報)|おすすめ|あわせて読みたい|人気記事|ランキング|コメント|シェア|この記事を(?:書いた|シェア)
관련\s?(?:기사|글|뉴스|상품)|추천\s?(?:기사|글)|인기\s?(?:기사|글)|댓글|공유|많이 본
مقالات ذات صلة|مواضيع (?:ذات صلة|مشابهة)|اقرأ أيض|التعليقات|شارك|مشاركة|أخبار ذات صلة|مطالب مرتبط|بیشتر بخوانید|دیدگاه|نظرات
כתבות נוספות|עוד בנושא|תגובות|אולי יעניין|यह भी पढ़ें|संबंधित|บทความที่เกี่ยวข้อง|ข่าวที่เกี่ยวข้อง|ความคิดเห็น
`

const SIDE = new RegExp(`^(?:${SIDE_PHRASES.trim().split('\n').join('|')})`, 'iu')
const BRIEF_SIDE =
  /^(?:subscribe|sign up|sign in|log ?in|newsletter|cookie|(?:privacy(?: policy| notice)?|feedback)$)/i
/** On a page of cards or sections "Latest news" may be what it is about. */
const OTHER_SIDE =
  /^(?:external links$|further reading$|related (?:content|insights|posts|stories|resources|services|links|reading|products|items)|recommended (?:for you|reading|articles)|you (?:may|might) (?:also )?(?:like|be|enjoy)|recently viewed|(?:people|customers|others|shoppers) (?:also|who)|want more|keep reading|read next|more (?:from|like)\s|(?:related|popular|trending|top) searches|(?:\w{1,20} )?wants? updates|join our|stay (?:connected|informed|in touch|tuned|updated)|follow us|connect with us|share (?:this|on)|was this|rate this|filed under|advertisement)/iu
const PRODUCT_SIDE =
  /reviews?(?!\p{L})|ratings?(?!\p{L})|(?<!asked )questions?(?!\p{L})|q\s?&\s?a|shipping|delivery|returns?(?!\p{L})|warranty|payment|how to get|compare|why (?:shop|buy|choose)|instagram|gallery|community|in the press/iu
const THREAD_SIDE =
  /^(?:similar|related|suggested|recommended|your answer$|who.s online|who is online|return to|jump to|thread (?:starter|tools)|members online|latest|new topics|trending|topic$|users browsing|forum statistics|reply$|create an account|join|recent|board|information$|legend|permissions)/i
