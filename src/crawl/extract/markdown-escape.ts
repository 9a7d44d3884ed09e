/** Text as markdown shows it: nothing in it is read as markup. Marks that count only at the start of a line are left. */
export function escapeText(text: string): string {
  if (!MARKS.test(text)) return text
  return text.replace(/[\\`*[\]<~|]|&(?=#?\w{1,31};)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
}

/** The start of a line, where it would be read as a heading, a list, a quote or a rule. */
export function escapeLineStart(line: string): string {
  return line
    .replace(/^(?:[#>]|[-+](?=\s|$|-)|=(?==*$))/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
}

/** An address that can end neither its link nor its table cell. */
export function escapeAddress(url: string): string {
  return url.replace(
    /[()<>[\]\\`|*\s]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

/** A fence that nothing in the code can close. */
export function fenceFor(code: string): string {
  let longest = 2
  for (const run of code.match(/`+/g) ?? []) longest = Math.max(longest, run.length)
  return '`'.repeat(longest + 1)
}

/** Most text has none of these, and the test costs a tenth of the replacement. */
const MARKS = /[\\`*[\]<~|&_]/
