import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pdfFile } from '../crawl/pdf/pdf-file.js'
import { type Format, type InstalledPackage, installPackage, link } from './installed-package.js'

let app: InstalledPackage

beforeAll(async () => {
  app = await installPackage()
})
afterAll(() => app.remove())

/** A program that prints the outcomes of two jobs: a page of a server of its own, read in a thread, and a PDF. */
function program(format: Format): string {
  const names = '{ WorkerService }'
  const begin =
    format === 'esm'
      ? `import ${names} from 'riptide-workers'\nimport { createServer } from 'node:http'`
      : `const ${names} = require('riptide-workers')\nconst { createServer } = require('node:http')`
  return `
    ${begin}
    const lines = []
    const log = (line) => lines.push(line)
    async function run() {
      const page = '<title>Harbour</title><article><p>' + 'The ships lay still in the evening light. '.repeat(20)
      const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page))
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
      const service = new WorkerService({
        logger: { debug() {}, info() {}, warn: log, error: log },
        crawl: { allowPrivateNetwork: true, respectRobots: false, isolation: 'thread' },
      })
      await service.start()
      const url = 'http://127.0.0.1:' + server.address().port + '/'
      const jobs = await service.submitJobs([
        { type: 'single_crawl', url },
        { type: 'pdf_extraction', pdfData: '${pdfFile(['From a PDF.']).toString('base64')}' },
      ])
      const [crawled, pdf] = await Promise.all(jobs.map(({ id }) => service.waitForJob(id)))
      await service.stop()
      server.close()
      server.closeAllConnections()
      return { title: crawled.data?.document.title ?? crawled.error, pdf: pdf.data?.text ?? pdf.error.code, lines }
    }
    run().then((answer) => console.log(JSON.stringify(answer)))
  `
}

describe.each(['esm', 'cjs'] as const)('an app (%s) whose crawler reads in threads', (format) => {
  test('reads its pages there, and is told what a PDF needs', async () => {
    expect(await app.evaluate(format, program(format))).toMatchObject({
      title: 'Harbour',
      pdf: 'NOT_SUPPORTED',
    })
  })
})

test.each(['esm', 'cjs'] as const)('an app (%s) that has pdfjs-dist reads a PDF', async (format) => {
  const other = await installPackage()
  link('pdfjs-dist', other.folder)
  const answer = await other.evaluate(format, program(format)).finally(() => other.remove())
  expect(answer).toMatchObject({ title: 'Harbour', pdf: 'From a PDF.' })
})
