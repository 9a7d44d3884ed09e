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
  return '`'.repeat(Math.max(2, longestRun(code)) + 1)
}

/** Code within a line, between as many back ticks as nothing in it can close (CommonMark, section 6.1). */
export function codeSpan(code: string): string {
  const fence = '`'.repeat(longestRun(code) === 0 ? 1 : longestRun(code) + 1)
  return /^`|`$/.test(code) ? `${fence} ${code} ${fence}` : fence + code + fence
}

/** A cell of a table, with the bars in it escaped, those within code too (GFM, example 200). */
export function escapeCell(markdown: string): string {
  return markdown.replaceAll('\\\n', ' ').replace(/(?<!\\)\|/g, '\\|')
}

/** Most text has none of these, and the test costs a tenth of the replacement. */
const MARKS = /[\\`*[\]<~|&_]/

function longestRun(code: string): number {
  let longest = 0
  for (const run of code.match(/`+/g) ?? []) longest = Math.max(longest, run.length)
  return longest
}
