import type { PdfProxy } from './pdfjs.js'

export interface PageText {
  readonly text: string
  /** There was room for all of it. */
  readonly isWhole: boolean
}

/** The text of a page up to so many characters, of which no more is read. A page that is damaged is empty: the others can still be read. */
export async function pageText(pdf: PdfProxy, number: number, room: number): Promise<PageText> {
  try {
    const page = await pdf.getPage(number)
    const { text, isWhole } = await upTo(room, page.streamTextContent() as ReadableStream<Chunk>)
    page.cleanup()
    return { text: tidy(text), isWhole }
  } catch {
    return { text: '', isWhole: true }
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Chunk {
  readonly items: readonly ({ readonly str: string; readonly hasEOL: boolean } | object)[]
}

async function upTo(room: number, chunks: ReadableStream<Chunk>): Promise<PageText> {
  const pieces: string[] = []
  let left = room
  const reader = chunks.getReader()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return { text: pieces.join(''), isWhole: true }
    for (const item of value.items) {
      if (!('str' in item)) continue
      const piece = item.hasEOL ? `${item.str}\n` : item.str
      pieces.push(piece.slice(0, left))
      left -= piece.length
      if (left >= 0) continue
      await reader.cancel(new Error('there is no room for more'))
      return { text: pieces.join(''), isWhole: false }
    }
  }
}

/** Without white space at the ends of lines, and with no more than one empty line in a row. */
function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
