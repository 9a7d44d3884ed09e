/**
 * A date as ISO 8601, `YYYY-MM-DD` or with the time where the text gives one in that form already; `null` when the text
 * holds none. `03/04/2024` is read as the fourth of March where the page is English of the United States or of no known
 * country, as the third of April elsewhere.
 */
export function isoDate(text: string, language: string | null): string | null {
  const source = westernDigits(text.slice(0, 200).trim())
  return (
    isoForm(source) ?? namedMonth(source.toLowerCase()) ?? numericForm(source, language) ?? unixTime(source)
  )
}

/** The date in the path of an address, such as `/2024/03/05/`. */
export function dateInAddress(url: string): string | null {
  const match = /\/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:[/_-]|$)/.exec(url.slice(0, 2_000))
  return match ? calendarDate(match[1], match[2], match[3]) : null
}

// -------------------------------------------------------------------------------------------------------------------

function isoForm(text: string): string | null {
  const match =
    /(?<!\d)((?:19|20)\d\d)-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(Z|[+-]\d{2}:?\d{2})?)?/.exec(
      text,
    )
  const date = match && calendarDate(match[1], match[2], match[3])
  if (!match || !date) return compactForm(text)
  const [, , , , time, zone = ''] = match
  return time === undefined || !isTime(time)
    ? date
    : `${date}T${time}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`
}

function compactForm(text: string): string | null {
  const match = /^((?:19|20)\d\d)(\d{2})(\d{2})(?:T\d{4,6}Z?)?$/.exec(text)
  return match ? calendarDate(match[1], match[2], match[3]) : null
}

function isTime(time: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d|:60)?(?:\.\d+)?$/.test(time)
}

/** The digits of Arabic, Persian, Devanagari and Bengali as those of ISO 8601. */
function westernDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06F0-\u06F9\u0966-\u096F\u09E6-\u09EF]/g, (digit) => {
    const zero = DIGIT_ZEROS.findLast((code) => code <= digit.charCodeAt(0)) ?? 0
    return String(digit.charCodeAt(0) - zero)
  })
}

const DIGIT_ZEROS = [0x660, 0x6f0, 0x966, 0x9e6]

/** `5 March 2024`, `March 5th, 2024`, `5 de marzo de 2024`, `5. März 2024`, `2024年3月5日`. */
function namedMonth(text: string): string | null {
  const east = /((?:19|20)\d\d)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]/.exec(text)
  if (east) return calendarDate(east[1], east[2], east[3])
  const vietnamese = /(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2})(?:,|\snăm)?\s+((?:19|20)\d\d)/.exec(text)
  if (vietnamese) return calendarDate(vietnamese[3], vietnamese[2], vietnamese[1])
  for (const match of text.matchAll(/\p{L}[\p{L}\p{M}]{1,12}/gu)) {
    const month =
      MONTHS.get(match[0]) ?? (match[0].length === 4 ? MONTHS.get(match[0].slice(0, 3)) : undefined)
    if (month === undefined) continue
    const before = text.slice(Math.max(0, match.index - 12), match.index)
    const after = text.slice(match.index + match[0].length, match.index + match[0].length + 24)
    const day = /(?<!\d)(\d{1,2})(?:st|nd|rd|th|º|er)?[\s.,/-]*(?:de\s|of\s|ב)?$/.exec(before)?.[1]
    const year = /^[\s.,/'-]*(?:de\s|del\s)?((?:19|20)\d\d)(?!\d)/.exec(after)?.[1]
    if (day && year) return calendarDate(year, month, day)
    const american = /^[\s.-]*(\d{1,2})(?:st|nd|rd|th)?\s?,?\s{0,3}((?:19|20)\d\d)(?!\d)/.exec(after)
    if (american) return calendarDate(american[2], month, american[1])
    const yearBefore = /(?<!\d)((?:19|20)\d\d)[\s.,]*$/.exec(before)?.[1]
    const dayAfter = /^\s(\d{1,2})(?!\d)/.exec(after)?.[1]
    if (yearBefore && dayAfter) return calendarDate(yearBefore, month, dayAfter)
  }
  return null
}

function numericForm(text: string, language: string | null): string | null {
  const yearFirst = /(?<!\d)((?:19|20)\d\d)([./-])(\d{1,2})\2(\d{1,2})(?!\d)/.exec(text)
  if (yearFirst) return calendarDate(yearFirst[1], yearFirst[3], yearFirst[4])
  const match = /(?<!\d)(\d{1,2})(\.\s?|[/-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)/.exec(text)
  if (!match) return null
  const [, first, mark, second, year] = match
  const dayFirst =
    mark?.startsWith('.') || Number(first) > 12 || (language !== null && !/^en(?:$|-us)/i.test(language))
  return dayFirst ? calendarDate(year, second, first) : calendarDate(year, first, second)
}

function unixTime(text: string): string | null {
  if (!/^1\d{9}(?:\d{3})?$/.test(text)) return null
  return new Date(Number(text) * (text.length === 10 ? 1_000 : 1)).toISOString()
}

/** `null` where the calendar has no such day. */
function calendarDate(
  year: string | undefined,
  month: string | number | undefined,
  day: string | undefined,
): string | null {
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  const date = new Date(Date.UTC(y, m - 1, d))
  if (date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return null
  return date.toISOString().slice(0, 10)
}

/** As they stand in dates, in the languages of most pages. */
const MONTH_NAMES: readonly string[] = [
  'january jan januar janvier enero gennaio janeiro januari stycznia ledna января ocak jän jänner ene gen január ianuarie ιανουαρίου січня tammikuuta يناير ינואר जनवरी siječnja януари јануар januára gener jaanuar জানুয়ারি',
  'february feb februar février fevrier febrero febbraio fevereiro februari lutego února февраля şubat fév févr fev február februarie φεβρουαρίου лютого helmikuuta فبراير פברואר फरवरी veljače февруари фебруар februára febrer veebruar ফেব্রুয়ারি',
  'march mar märz marz mars marzo março maart marca března марта mart mär mrz maret marts március martie μαρτίου березня maaliskuuta مارس מרץ मार्च ožujka märts maret mart marca març মার্চ',
  'april apr avril abril aprile april kwietnia dubna апреля nisan avr abr április aprilie απριλίου квітня huhtikuuta أبريل ابريل אפריל अप्रैल travnja aprill apríla এপ্রিল',
  'may mai mayo maggio maio mei maja května мая mayıs mag maj május μαΐου μαϊου травня toukokuuta مايو מאי मई svibnja мај maj mája maig মে',
  'june jun juni juin junio giugno junho juni czerwca června июня haziran giu június iunie ιουνίου червня kesäkuuta يونيو יוני जून lipnja юни јун júna juny juuni জুন',
  'july jul juli juillet julio luglio julho juli lipca července июля temmuz juil lug július iulie ιουλίου липня heinäkuuta يوليو יולי जुलाई srpnja юли јул júla juliol juuli জুলাই',
  'august aug août aout agosto augustus augusti sierpnia srpna августа ağustos ago agustus augusztus αυγούστου серпня elokuuta أغسطس اغسطس אוגוסט अगस्त kolovoza avgust avgusta agost আগস্ট',
  'september sep sept septembre septiembre settembre setembro września září сентября eylül set szeptember septembrie σεπτεμβρίου вересня syyskuuta سبتمبر ספטמבר सितंबर सितम्बर rujna септември септембар septembra setembre সেপ্টেম্বর',
  'october oct oktober octobre octubre ottobre outubro października října октября ekim okt ott out október octombrie οκτωβρίου жовтня lokakuuta أكتوبر اكتوبر אוקטובר अक्टूबर अक्तूबर октомври октобар októbra oktoober অক্টোবর',
  'november nov novembre noviembre novembro listopada listopadu ноября kasım noiembrie νοεμβρίου листопада marraskuuta نوفمبر נובמבר नवंबर नवम्बर studenoga studenog ноември новембар novembra নভেম্বর',
  'december dec dezember décembre decembre diciembre dicembre dezembro december grudnia prosince декабря aralık dez déc dic desember decembrie δεκεμβρίου грудня joulukuuta ديسمبر דצמבר दिसंबर दिसम्बर декември децембар decembra desembre detsember ডিসেম্বর',
]

const MONTHS: ReadonlyMap<string, number> = new Map(
  MONTH_NAMES.flatMap((names, at) => names.split(' ').map((name) => [name, at + 1] as const)),
)
