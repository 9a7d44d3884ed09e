import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type * as Pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs'

export type PdfProxy = Pdfjs.PDFDocumentProxy

/** Mozilla's PDF.js, set up to read text and nothing else. */
export interface PdfLibrary {
  open(data: Uint8Array): Pdfjs.PDFDocumentLoadingTask
}

/** The library, an optional peer; or why it cannot be had, where it is installed. */
export async function loadPdfjs(): Promise<PdfLibrary | { readonly why?: string }> {
  let manifest: string
  try {
    manifest = createRequire(import.meta.url).resolve('pdfjs-dist/package.json')
  } catch {
    return {}
  }
  try {
    return setUp(await quietly(() => import('pdfjs-dist/legacy/build/pdf.mjs')), dirname(manifest))
  } catch (error) {
    return { why: error instanceof Error ? error.message : 'unknown error' }
  }
}

// -------------------------------------------------------------------------------------------------------------------

function setUp({ getDocument, VerbosityLevel }: typeof Pdfjs, home: string): PdfLibrary {
  const folder = (name: string): string => `${join(home, name)}/`
  return {
    open: (data) =>
      getDocument({
        data,
        verbosity: VerbosityLevel.ERRORS,
        // Fonts are taken apart for their characters; no code is made of them (CVE-2024-4367).
        isEvalSupported: false,
        disableFontFace: true,
        useSystemFonts: false,
        enableXfa: false,
        // The encodings of Chinese, Japanese and Korean texts, read from the package's own folder.
        cMapUrl: folder('cmaps'),
        cMapPacked: true,
        standardFontDataUrl: folder('standard_fonts'),
        useWorkerFetch: false,
        useWasm: false,
      }),
  }
}

/** It warns, when it is loaded, that it could not draw: nobody asks it to. The console is that of this thread alone. */
async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const { log, warn } = console
  const silence = (): void => undefined
  Object.assign(console, { log: silence, warn: silence })
  try {
    return await load()
  } finally {
    Object.assign(console, { log, warn })
  }
}
