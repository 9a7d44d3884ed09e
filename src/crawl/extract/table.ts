import { type Element, attribute, isElement } from './parse-tree.js'

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

/** The text of a table that says what it shows, or `undefined`. */
export function captionOf(table: Element): Element | undefined {
  return table.childNodes.find((node): node is Element => 'tagName' in node && node.tagName === 'caption')
}

/**
 * The rows of a table with each cell in the column it is shown in: `null` stands where a cell reaches over from the left or
 * from above. A table that would be far larger by that than it has cells is given as it stands.
 */
export function gridOf(rows: readonly (readonly Element[])[]): (Element | null)[][] {
  let spare = rows.reduce((sum, cells) => sum + cells.length, SPARE_CELLS) * 4
  const reach: number[] = []
  const lineOf = (cells: readonly Element[]): (Element | null)[] => {
    const line: (Element | null)[] = []
    const put = (cell: Element | null, below: number): void => {
      reach[line.length] = below
      line.push(cell)
    }
    const passReach = (): void => {
      for (let left = reach[line.length] ?? 0; left > 0 && spare-- > 0; left = reach[line.length] ?? 0)
        put(null, left - 1)
    }
    for (const cell of cells) {
      passReach()
      const [width, height] = [span(cell, 'colspan'), span(cell, 'rowspan')]
      put(cell, height - 1)
      for (let more = 1; more < width && spare-- > 0; more++) put(null, height - 1)
    }
    passReach()
    return line
  }
  return rows.map(lineOf)
}

// -------------------------------------------------------------------------------------------------------------------

const SPARE_CELLS = 100
const MAX_SPAN = 1_000

function span(cell: Element, name: string): number {
  const value = Number(attribute(cell, name) ?? 1)
  return Number.isInteger(value) && value > 1 ? Math.min(value, MAX_SPAN) : 1
}

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
