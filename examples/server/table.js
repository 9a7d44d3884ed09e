/** One line a page: its status, the length of its text, its title, its url. */
export function resultTable(pages) {
  const rows = pages.map((page) => [
    page.status === null ? '-' : String(page.status),
    page.document ? `${page.document.text.length}` : '-',
    page.error ? `${page.error.code}: ${page.error.message}` : (page.document?.title ?? ''),
    page.url,
  ])
  const all = [['status', 'chars', 'title', 'url'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => clip(row[column]).length)))
  return all
    .map((row) => `  ${row.map((cell, i) => (i < 3 ? clip(cell).padEnd(widths[i]) : cell)).join('  ')}`)
    .join('\n')
}

function clip(text) {
  const clean = text.replace(/\p{Cc}/gu, ' ')
  return clean.length > 48 ? `${clean.slice(0, 47)}…` : clean
}
