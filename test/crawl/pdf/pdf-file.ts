import { deflateSync } from 'node:zlib'

/** A PDF of one page for each text, its lines one below the other, in Helvetica. */
export function pdfFile(
  pages: readonly string[],
  info: Readonly<Record<string, string>> = {},
  more = '',
): Buffer {
  const first = 4
  const kids = pages.map((_, i) => `${first + 2 * i} 0 R`)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${kids.join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((text, i) => {
      return [pageObject(first + 2 * i + 1), streamObject(contentOf(text))]
    }),
    `<< ${Object.entries(info)
      .map(([key, value]) => `/${key} (${value})`)
      .join(' ')} >>`,
  ]
  return assemble(objects, `/Root 1 0 R /Info ${objects.length} 0 R ${more}`)
}

/** One of a page that unpacks to so many bytes of white space, and of little more than a thousandth of that as it is sent. */
export function bombPdf(bytes: number): Buffer {
  const packed = deflateSync(Buffer.alloc(bytes, ' '), { level: 1 }).toString('latin1')
  return assemble(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 1 /Kids [4 0 R] >>',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      pageObject(5),
      streamObject(packed, '/Filter /FlateDecode'),
    ],
    '/Root 1 0 R',
  )
}

/** One that asks for a password: its encryption dictionary is of the standard handler, with keys that nothing opens. */
export function lockedPdf(): Buffer {
  const key = 'A'.repeat(32)
  const encrypt = `<< /Filter /Standard /V 1 /R 2 /O (${key}) /U (${key}) /P -4 >>`
  return pdfFile(
    ['secret'],
    {},
    `/Encrypt ${encrypt} /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]`,
  )
}

// -------------------------------------------------------------------------------------------------------------------

function pageObject(contents: number): string {
  const resources = '<< /Font << /F1 3 0 R >> >>'
  return `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${resources} /Contents ${contents} 0 R >>`
}

function streamObject(stream: string, filter = ''): string {
  return `<< /Length ${stream.length} ${filter} >>\nstream\n${stream}\nendstream`
}

function contentOf(text: string): string {
  const lines = text.split('\n').map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj 0 -20 Td`)
  return `BT /F1 12 Tf 72 760 Td ${lines.join(' ')} ET`
}

/** ISO 32000-1, 7.5: header, objects, the table of where each begins, the trailer. */
function assemble(objects: readonly string[], trailer: string): Buffer {
  let text = '%PDF-1.7\n'
  const offsets = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`)
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`
  return Buffer.from(
    `${text}${table}trailer\n<< /Size ${objects.length + 1} ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`,
    'latin1',
  )
}
