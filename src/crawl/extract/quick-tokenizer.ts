import { type DefaultTreeAdapterMap, InsertionMode, type Parser, Token, Tokenizer } from 'parse5'
import { lowerCase, plainAttribute, skipBlanks } from './plain-attribute.js'

/**
 * parse5's tokenizer with a short cut in the states where nearly all of a page is read: a run of text, of a script or a comment, a
 * tag's name and its attributes are each taken whole, not character by character. What is written in any other way is left to
 * parse5, a character of it or an attribute. A class that inherits, since the states are not to be had otherwise.
 */
export class QuickTokenizer extends Tokenizer {
  readonly #parser: Parser<DefaultTreeAdapterMap>
  #html = ''
  #reference = -1

  constructor(parser: Parser<DefaultTreeAdapterMap>) {
    super({}, parser)
    this.#parser = parser
    // All of the page is there from the beginning, and positions in it stay what they are.
    this.preprocessor.bufferWaterline = Infinity
  }

  /** Reads a whole page, once; it must not have a NUL character, for which many states have a rule. */
  read(html: string): void {
    this.#html = html.includes('\r') ? html.replace(/\r\n?/g, '\n') : html
    this.write(this.#html, true)
  }

  protected override _stateData(cp: number): void {
    if (cp === END || cp === LESS_THAN || cp === AMPERSAND || this.#isFrameset()) super._stateData(cp)
    else this.#readText(cp, true)
  }

  protected override _stateRcdata(cp: number): void {
    if (cp === END || cp === LESS_THAN || cp === AMPERSAND) super._stateRcdata(cp)
    else this.#readText(cp, true)
  }

  protected override _stateRawtext(cp: number): void {
    if (cp === END || cp === LESS_THAN) super._stateRawtext(cp)
    else this.#readText(cp, false)
  }

  protected override _stateScriptData(cp: number): void {
    if (cp === END || cp === LESS_THAN) super._stateScriptData(cp)
    else this.#readText(cp, false)
  }

  protected override _stateComment(cp: number): void {
    super._stateComment(cp)
    if (cp === END || cp === LESS_THAN || cp === HYPHEN) return
    let at = this.preprocessor.pos + 1
    while (isOfComment(this.#html.charCodeAt(at))) at++
    this.#extendTo(at)
  }

  protected override _stateTagName(cp: number): void {
    const start = this.preprocessor.pos
    let at = start
    while (isOfTagName(this.#html.charCodeAt(at))) at++
    const token = this.currentToken
    if (at === start || token === null || !('tagName' in token)) return super._stateTagName(cp)
    token.tagName += lowerCase(this.#html, start, at)
    this.preprocessor.pos = at - 1
  }

  protected override _stateBeforeAttributeName(cp: number): void {
    const start = this.preprocessor.pos
    const end = this.#readAttributes(start)
    const next = this.#html.charCodeAt(end)
    if (next === GREATER_THAN || next === SLASH) {
      this.preprocessor.pos = end
      // To either, this state answers as that of the name does.
      super._stateTagName(next)
    } else if (end === start) super._stateBeforeAttributeName(cp)
    else this.preprocessor.pos = end - 1
  }

  protected override _stateAttributeValueDoubleQuoted(cp: number): void {
    super._stateAttributeValueDoubleQuoted(cp)
    if (cp === END || cp === QUOTE || cp === AMPERSAND) return
    const at = this.preprocessor.pos + 1
    this.#extendTo(Math.min(this.#find('"', at), this.#nextReference(at)))
  }

  // -----------------------------------------------------------------------------------------------------------------

  /** Where the first attribute begins that is not plain, or none does. */
  #readAttributes(start: number): number {
    this._flushRun('')
    let at = skipBlanks(this.#html, start)
    for (;;) {
      const found = plainAttribute(this.#html, at)
      if (found === null) return at
      this.currentAttr = { name: found.name, value: found.value }
      this._leaveAttrName()
      at = skipBlanks(this.#html, found.end)
    }
  }

  /** Text up to the next tag, or the white space that it begins with: that may have to go elsewhere. */
  #readText(cp: number, hasReferences: boolean): void {
    // White space in the middle of a text has a token of its own by the standard, but the parser does the same with it.
    if (this.#isInText()) this._extendRun(cp)
    else this._emitCodePoint(cp)
    const at = this.preprocessor.pos + 1
    if (!this.#isInText()) this.#extendTo(skipBlanks(this.#html, at))
    else this.#extendTo(Math.min(this.#find('<', at), hasReferences ? this.#nextReference(at) : Infinity))
  }

  #isInText(): boolean {
    return this.currentCharacterToken?.type === Token.TokenType.CHARACTER
  }

  /** There, text is dropped and its white space is kept. */
  #isFrameset(): boolean {
    return FRAMESETS.has(this.#parser.insertionMode)
  }

  /** Goes on to the last character before `end`, and has all up to there as part of what is read. */
  #extendTo(end: number): void {
    this.preprocessor.pos = end - 1
    this.runEnd = end
  }

  #find(what: string, from: number): number {
    const at = this.#html.indexOf(what, from)
    return at < 0 ? this.#html.length : at
  }

  /** It is remembered, for a page with a single reference at its end would be searched once for each text. */
  #nextReference(from: number): number {
    if (this.#reference < from) this.#reference = this.#find('&', from)
    return this.#reference
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** What parse5 has for the end of the page. */
const END = -1
const QUOTE = 0x22
const AMPERSAND = 0x26
const HYPHEN = 0x2d
const SLASH = 0x2f
const LESS_THAN = 0x3c
const GREATER_THAN = 0x3e

const FRAMESETS: ReadonlySet<InsertionMode> = new Set([
  InsertionMode.IN_FRAMESET,
  InsertionMode.AFTER_FRAMESET,
  InsertionMode.AFTER_AFTER_FRAMESET,
])

function isOfTagName(code: number): boolean {
  return code > 0x20 && code < 0x80 && code !== SLASH && code !== GREATER_THAN
}

function isOfComment(code: number): boolean {
  return code > 0 && code !== LESS_THAN && code !== HYPHEN
}
