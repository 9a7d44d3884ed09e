import { afterEach, expect, test } from 'vitest'
import { PermanentError } from '../../../src/core/errors.js'
import { bombPdf, pdfFile } from './pdf-file.js'
import { type PdfStage, pdfStage } from './pdf-stage.js'

const stages: PdfStage[] = []
const asData = (pdf: Buffer): { pdfData: string } => ({ pdfData: pdf.toString('base64') })

afterEach(async () => {
  await Promise.all(stages.splice(0).map((stage) => stage.close()))
})

test('a PDF that unpacks to more than there is memory for fails for good, and the next one is read', async () => {
  const stage = pdfStage({ pdfMemoryMb: 192 })
  stages.push(stage)
  const bomb = asData(bombPdf(300_000_000))
  const run = stage.run(bomb)
  await expect(run).rejects.toBeInstanceOf(PermanentError)
  await expect(run).rejects.toMatchObject({
    code: 'EXTRACTION_FAILED',
    message: 'the PDF needed more than 192 MB of memory',
  })
  expect(await stage.run(asData(pdfFile(['small'])))).toMatchObject({ text: 'small', truncated: false })
}, 120_000)
