// The text of a PDF without jobs. It needs the package pdfjs-dist.
import { createPdfReader } from 'riptide-workers/crawl'

// The smallest PDF with a line of text; yours comes from a file or a fetch.
const content = 'BT /F1 24 Tf 72 700 Td (High water at noon) Tj ET'
const objects = [
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
  `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
]
const body = objects.map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`).join('')
const pdf = Buffer.from(`%PDF-1.4\n${body}trailer\n<< /Root 1 0 R >>\n`)

const pdfs = createPdfReader({ maxPdfPages: 50 })
const { pageCount, text, truncated } = await pdfs.read(pdf)
console.log(pageCount, text, truncated)
await pdfs.read(Buffer.from('no PDF')).catch((error) => console.log(error.code))
await pdfs.close()

// prints:
// 1 High water at noon false
// PDF_INVALID
