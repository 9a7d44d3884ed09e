const longest = 2_000

/** A field as text without control characters; null where there is none. XMP has lists of authors. */
export function textOf(value: unknown): string | null {
  if (Array.isArray(value)) return textOf(value.filter((one) => typeof one === 'string').join(', '))
  if (typeof value !== 'string') return null
  const text = value.replace(/\p{Cc}+/gu, ' ').trim()
  return text === '' ? null : text.slice(0, longest)
}

/**
 * A date in ISO 8601: of `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-1, 7.9.4), of which all after the year may be missing, or of
 * XMP's own ISO form. Without a zone it is taken for UTC. Null for what is no date.
 */
export function dateOf(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const text = value.trim()
  const match = pdfDate.exec(text)
  if (!match) return /^\d{4}-\d{2}-\d{2}/.test(text) ? isoOf(text) : null
  const [, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00', sign, zh, zm] =
    match
  const zone = sign === '+' || sign === '-' ? `${sign}${zh ?? '00'}:${zm ?? '00'}` : 'Z'
  return isoOf(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`)
}

// -------------------------------------------------------------------------------------------------------------------

const pdfDate =
  /^(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:(Z|[+-])(?:(\d{2})'?(?:(\d{2})'?)?)?)?$/

function isoOf(text: string): string | null {
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}
