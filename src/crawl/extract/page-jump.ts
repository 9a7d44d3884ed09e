import { type Element, attribute } from './parse-tree.js'
import { shortText } from './tree-walk.js'

/**
 * Whether a link leads to a place on its own page for the sake of moving about: the mark beside a heading that gives its
 * address, or "Skip to content", in a dozen languages.
 */
export function isPageJump(link: Element): boolean {
  if (attribute(link, 'href')?.startsWith('#') !== true) return false
  const text = shortText(link, LONGEST)
  return MARK.test(text) || SKIP.test(text)
}

// -------------------------------------------------------------------------------------------------------------------

const LONGEST = 40
const MARK = /^(?:[#¶§∞]|🔗|⚓)\uFE0E?\uFE0F?$/u
const SKIP =
  /^(?:skip|jump) to (?:the )?(?:main |page )?(?:content|navigation|search|menu)|^(?:direkt )?zum (?:haupt)?inhalt|^(?:aller|passer) au (?:contenu|menu)|^(?:saltar|ir) al contenido|^(?:pular|ir|saltar) para o conteúdo|^(?:vai|salta) al contenuto|^(?:naar|ga naar) (?:de )?(?:hoofd)?inhoud|^przejdź do treści|^перейти к (?:основному )?содержанию|^hoppa till (?:huvud)?innehåll|^gå til (?:hoved)?indhold|^跳(?:至|到|转到)(?:主要)?(?:内容|內容)|^(?:メイン)?コンテンツ(?:へ|に)(?:スキップ|移動)|^본문 바로가기|^(?:تخطي|انتقل) إلى المحتوى/iu
