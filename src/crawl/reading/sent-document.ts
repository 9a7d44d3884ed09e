import { counted } from '../../core/counted-text.js'
import { noteJson } from '../../core/known-json.js'
import type { ExtractedDocument } from '../extract/extract-document.js'
import type { Link } from '../extract/links.js'
import type { Metadata } from '../extract/metadata.js'

/**
 * A document that came from a thread as its JSON text. Most go into a result as that and are looked into by nobody: the objects of
 * all their links are made when somebody does.
 */
export class SentDocument implements ExtractedDocument {
  readonly #json: string
  #document: ExtractedDocument | undefined

  constructor(json: string) {
    this.#json = json
    noteJson(this, counted(json))
  }

  get url(): string | null {
    return this.toJSON().url
  }

  get title(): string | null {
    return this.toJSON().title
  }

  get text(): string {
    return this.toJSON().text
  }

  get markdown(): string {
    return this.toJSON().markdown
  }

  get links(): readonly Link[] {
    return this.toJSON().links
  }

  get metadata(): Metadata {
    return this.toJSON().metadata
  }

  toJSON(): ExtractedDocument {
    return (this.#document ??= JSON.parse(this.#json) as ExtractedDocument)
  }
}
