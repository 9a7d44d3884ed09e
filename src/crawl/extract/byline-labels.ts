/** What the first words of a text say that it tells: a name, a date, or a date alone without any word. */
export type Label = 'author' | 'date' | 'bare date' | null

/** Tells a byline or a date by its first words; a date alone only where `isNear` says that it stands below the heading. */
export function labelOf(text: string, isNear: boolean): Label {
  if (BY.test(text)) return 'author'
  if (PUBLISHED.test(text) || MODIFIED.test(text)) return 'date'
  return isNear &&
    /^[^\p{L}]{0,3}(?:\p{L}{2,10}\.?,?\s)?[\p{L}\p{N}\s.,/'年月日년월일-]{6,30}$/u.test(text) &&
    /(?:19|20)\d\d/.test(text)
    ? 'bare date'
    : null
}

/** A text without the words that stand in front of a name. */
export function withoutBy(text: string): string {
  return text.replace(BY, '')
}

/** Whether a text says of its date that the page was published then. */
export function saysPublished(text: string): boolean {
  return PUBLISHED.test(text.trimStart())
}

/** Whether a text says of its date that the page was changed then. */
export function saysModified(text: string): boolean {
  return MODIFIED.test(text.trimStart())
}

/** Whether a text says that its date is another than that of the page: when somebody joined, or when something takes place. */
export function saysOther(text: string): boolean {
  return OTHER.test(text.trimStart())
}

// -------------------------------------------------------------------------------------------------------------------

/** What stands before a name: a preposition, or a noun and a colon. Languages that have no such word put the noun first. */
const BY = new RegExp(
  [
    String.raw`^\s*(?:(?:(?:article|story|post|posted|written|words|text|started|asked|submitted|published|created|reviewed|reported|medically reviewed)\s+)?by|via|from|von|geschrieben von|veröffentlicht von|par|écrit par|publié par|por|escrito por|publicado por|di|scritto da|door|geschreven door|av|skrivet av|skrevet av|af|skrevet af|przez|autor|napisał|oleh|bởi|kirjoittanut)(?:\s*[:：]\s*|\s+|$)`,
    String.raw`^\s*(?:authors?|auteurs?|autore|autori|auteur|autores|autorin|writer|reporter|yazar|yazan|автор|авторы|текст|skribent|text|foto|kirjoittaja|autorka|penulis|tác giả|συντάκτης|著者|執筆|執筆者|ライター|投稿者|作者|撰文|文|記者|记者|编辑|編輯|글|글쓴이|작성자|기자)\s*[:：／]\s*`,
    String.raw`^\s*(?:بقلم\s*[:：]?\s+|كتب\s*[:：]\s*|نویسنده\s*[:：]\s*|מאת\s*[:：]?\s+|लेखक\s*[:：]\s*|द्वारा\s*[:：]?\s+|(?:作者|記者|记者)\s+)`,
  ].join('|'),
  'iu',
)

const PUBLISHED =
  /^(?:this \w{4,8} (?:was|has been) )?(?:first |originally |date )?(?:published|posted|publish date|publication date|date published|created|asked|written|submitted|release date|date)(?:\s+(?:on|at|in))?(?![\p{L}])|^(?:veröffentlicht|erstellt|erschienen|publié|mis en ligne|posté|publicad[oa]|pubblicat[oa]|gepubliceerd|geplaatst|publicerad|publisert|udgivet|offentliggjort|opublikowano|dodano|data publikacji|опубликован|дата|vydáno|publikováno|zverejnené|közzétéve|publicat|yayınlan|yayın tarihi|eklenme|julkaistu|δημοσ|diterbitkan|dipublikasikan|ngày đăng|đăng ngày|опубліковано|公開|投稿|掲載|発行|配信|发布|發布|发表|發表|時間|时间|日期|등록|입력|게시|작성일|نشر|تاريخ النشر|تاریخ انتشار|פורסם|प्रकाशित)/iu

const MODIFIED =
  /^(?:(?:this page was |page )?(?:last )?(?:updated|modified|edited|changed|revised|reviewed)|last (?:update|modification|change|revision)|update)(?![\p{L}])|^(?:zuletzt|aktualisiert|stand\s*:|geändert|mis à jour|mise à jour|dernière|modifié|actualizad[oa]|última|ultima|atualizad[oa]|aggiornat[oa]|ultimo aggiornamento|bijgewerkt|laatst|uppdaterad|senast|oppdatert|sist|opdateret|senest|zaktualizowano|aktualizacja|ostatnia|обновлен|изменен|aktualizováno|frissítve|actualizat|güncelle|son güncelleme|päivitetty|ενημ|diperbarui|cập nhật|оновлено|更新|修订|修訂|最終更新|수정|업데이트|تحديث|آخر تحديث|به ?روز|עודכן|अपडेट)/iu

const OTHER =
  /^(?:(?:date )?joined|member since|registered|registriert|inscrit|registrado|founded|born|birthday|last (?:seen|visit|visited|active|online|login|post|reply|activity)|active|expires?|valid|until|deadline|starts?|ends?|event|when|on sale|available|quote|copyright|©|beigetreten|dabei seit|регистрация|зарегистрирован|iscritto|geregistreerd|注册|註冊|加入)(?![\p{L}])/iu
