import { type Element, isElement } from './parse-tree.js'

/** The rows of a table that has at least two of them and two columns, or `null` when it is no grid of data. */
export function dataRows(table: Element): Element[][] | null {
  const rows: Element[][] = []
  let columns = 0
  for (const row of rowsOf(table)) {
    const cells = row.childNodes.filter(isElement).filter(isCell)
    if (cells.length > 0) rows.push(cells)
    columns = Math.max(columns, cells.length)
  }
  return rows.length >= 2 && columns >= 2 ? rows : null
}

// -------------------------------------------------------------------------------------------------------------------

function rowsOf(table: Element): Element[] {
  return table.childNodes
    .filter(isElement)
    .flatMap((part) =>
      part.tagName === 'tr' ? [part] : SECTIONS.has(part.tagName) ? part.childNodes.filter(isElement) : [],
    )
    .filter((row) => row.tagName === 'tr')
}

function isCell({ tagName }: Element): boolean {
  return tagName === 'td' || tagName === 'th'
}

const SECTIONS: ReadonlySet<string> = new Set(['thead', 'tbody', 'tfoot'])
