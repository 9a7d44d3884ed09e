import { counted } from '../../core/counted-text.js'
import { noteJson } from '../../core/known-json.js'
import type { ExtractedDocument } from '../extract/extract-document.js'

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

  get url() {
    return this.toJSON().url
  }

  get title() {
    return this.toJSON().title
  }

  get text() {
    return this.toJSON().text
  }

  get markdown() {
    return this.toJSON().markdown
  }

  get links() {
    return this.toJSON().links
  }

  get metadata() {
    return this.toJSON().metadata
  }

  toJSON(): ExtractedDocument {
    return (this.#document ??= JSON.parse(this.#json) as ExtractedDocument)
  }
}
