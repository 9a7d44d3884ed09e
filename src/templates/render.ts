import type { TemplateCall } from '../control-parts.js'
import { RiptideError } from '../core/errors.js'
import type { Values } from './parameters.js'
import { type Piece, piecesOf, soleParameter } from './placeholders.js'

/**
 * A value of JSON with the parameters put in their places: on the parsed tree and never on its text, so no value can change
 * what is around it. A string that is one place takes the value as it is; in a longer string it becomes text. What was put in is
 * not looked at again. TEMPLATE_PARAMETER_INVALID as soon as the whole would have more than `maxBytes`; PAYLOAD_TOO_LARGE as
 * soon as the call would have made more than it may.
 */
export function render(tree: unknown, values: Values, maxBytes: number, call?: TemplateBudget): unknown {
  return new Rendering(values, maxBytes, call).of(tree)
}

/** What a call may make by templates, and what it has made. */
export type TemplateBudget = Pick<TemplateCall, 'mostBytes' | 'madeBytes'>

/** Counts what a template makes for the whole call. PAYLOAD_TOO_LARGE. */
export function spend(call: TemplateBudget | undefined, bytes: number): void {
  if (call === undefined) return
  call.madeBytes += bytes
  if (call.madeBytes <= call.mostBytes) return
  const text = `the jobs by template of one call may have at most ${call.mostBytes} bytes of JSON together; submit fewer at once`
  throw new RiptideError('PAYLOAD_TOO_LARGE', text, { path: '/parameters', facts: { limit: call.mostBytes } })
}

// -------------------------------------------------------------------------------------------------------------------

class Rendering {
  readonly #values: Values
  readonly #maxBytes: number
  readonly #call: TemplateBudget | undefined
  /** Of JSON, so far. */
  #bytes = 0
  /** How much JSON a value is: it may be put in a thousand times. */
  readonly #sizes = new Map<string, number>()

  constructor(values: Values, maxBytes: number, call: TemplateBudget | undefined) {
    this.#values = values
    this.#maxBytes = maxBytes
    this.#call = call
  }

  of(tree: unknown): unknown {
    if (typeof tree === 'string') return this.#string(tree)
    if (typeof tree !== 'object' || tree === null) return tree
    if (Array.isArray(tree)) return tree.map((item: unknown) => this.of(item))
    return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, this.of(item)]))
  }

  #string(text: string): unknown {
    const pieces = piecesOf(text)
    // What was stored was checked; what a later version would refuse stays as it is.
    if ('fault' in pieces) return text
    const sole = soleParameter(pieces)
    if (sole === undefined) return pieces.map((piece) => this.#text(piece)).join('')
    this.#add(this.#sizeOf(sole))
    return this.#values.get(sole)
  }

  #text(piece: Piece): string {
    const text = 'text' in piece ? piece.text : asText(this.#values.get(piece.parameter))
    this.#add('text' in piece ? text.length : this.#sizeOf(piece.parameter))
    return text
  }

  #sizeOf(name: string): number {
    const known = this.#sizes.get(name)
    if (known !== undefined) return known
    const size = Buffer.byteLength(JSON.stringify(this.#values.get(name)))
    this.#sizes.set(name, size)
    return size
  }

  #add(bytes: number): void {
    this.#bytes += bytes
    spend(this.#call, bytes)
    if (this.#bytes <= this.#maxBytes) return
    throw new RiptideError(
      'TEMPLATE_PARAMETER_INVALID',
      `with these parameters the job would have more than ${this.#maxBytes} bytes of JSON`,
      { path: '/parameters', facts: { limit: this.#maxBytes } },
    )
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
