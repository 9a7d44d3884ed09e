/** A piece of a string: text as it stands, or the name of a parameter. */
export type Piece = { readonly text: string } | { readonly parameter: string }

/** What a parameter may be called. Names of Object's own prototype are none: no lookup may ever end there. */
export function isParameterName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/.test(name) && name !== 'prototype' && !(name in Object.prototype)
}

/** A string that is no template, and why. */
export interface Fault {
  readonly fault: string
}

const hint = 'a place for a parameter is written {{name}}'

/**
 * Takes a string apart. Two braces that open must be followed by a name and two that close, and two that close must have been
 * opened: nothing that looks like a place for a parameter goes through as text.
 */
export function piecesOf(text: string): readonly Piece[] | Fault {
  const pieces: Piece[] = []
  let at = 0
  for (;;) {
    const open = text.indexOf('{{', at)
    const before = text.slice(at, open === -1 ? undefined : open)
    if (before.includes('}}')) return { fault: `has "}}" without "{{" before it; ${hint}` }
    if (before !== '') pieces.push({ text: before })
    if (open === -1) return pieces
    const close = text.indexOf('}}', open)
    if (close === -1) return { fault: `has "{{" without "}}" behind it; ${hint}` }
    const name = text.slice(open + 2, close).trim()
    if (!isParameterName(name)) return { fault: `has "{{" with no name behind it; ${hint}` }
    pieces.push({ parameter: name })
    at = close + 2
  }
}

/** The parameter that a string consists of; undefined for any other string. */
export function soleParameter(pieces: readonly Piece[]): string | undefined {
  const [first] = pieces
  return pieces.length === 1 && first && 'parameter' in first ? first.parameter : undefined
}
