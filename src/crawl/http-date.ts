/**
 * The instant that a date of HTTP names (RFC 9110, 5.6.7: the preferred form and both obsolete ones), in ms since the epoch;
 * undefined for whatever else, of which `Date.parse` would make a date too.
 */
export function httpDate(text: string | undefined): number | undefined {
  const date = text?.trim() ?? ''
  if (!/^[A-Z][a-z]{2,8},? .*\d$|^[A-Z][a-z]{2,8}, .* GMT$/.test(date)) return undefined
  // One without a zone is in UTC.
  const ms = Date.parse(date.endsWith('GMT') ? date : `${date} GMT`)
  return Number.isNaN(ms) ? undefined : ms
}
