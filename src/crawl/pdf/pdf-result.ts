import type { FollowedRedirect } from '../fetch/redirect.js'

/** What a PDF says of itself; `null` where it does not. Dates are in ISO 8601. */
export interface PdfMetadata {
  readonly title: string | null
  readonly author: string | null
  readonly subject: string | null
  readonly keywords: string | null
  /** The program that it was written with, and the one that made a PDF of that. */
  readonly creator: string | null
  readonly producer: string | null
  readonly createdAt: string | null
  readonly modifiedAt: string | null
  /** Of its text, as a BCP 47 tag. */
  readonly language: string | null
  /** Of the format, such as "1.7". */
  readonly version: string | null
}

export interface PdfPage {
  /** From 1. */
  readonly number: number
  readonly text: string
}

/** What is in a PDF. */
export interface PdfDocument {
  /** How many pages it has. */
  readonly pageCount: number
  /** Those that were read, from the first. */
  readonly pages: readonly PdfPage[]
  readonly metadata: PdfMetadata
  /** Not every page was read, or not all of its text: a limit was reached. */
  readonly truncated: boolean
}

/** The result of a `pdf_extraction`. */
export interface PdfExtractionResult extends PdfDocument {
  /** As submitted; `null` when the bytes were. */
  readonly url: string | null
  readonly finalUrl: string | null
  readonly redirects: readonly FollowedRedirect[]
  readonly bytes: number
  /** That of all pages, parted by an empty line. */
  readonly text: string
  readonly processingTimeMs: number
  /** Whatever of the request had no effect. */
  readonly warnings: readonly string[]
}
