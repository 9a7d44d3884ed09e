import { isControlLabel } from './control-labels.js'

/** Tells the lines of a page that say nothing from the others, in the order of the page. */
export interface LineFilter {
  /**
   * Whether a line is to be written: it is no label of a control, and does not repeat the line right before it. What `isNamed`, a
   * heading or a step of a list, may be called like a control, and repeats only what is named too.
   */
  admits(text: string, isNamed: boolean): boolean
  /** Something else than a line stands here: the next line repeats nothing. */
  part(): void
}

/** A filter for one page. */
export function lineFilter(): LineFilter {
  let last = ''
  let wasNamed = false
  return {
    admits(text, isNamed) {
      if (!isNamed && isControlLabel(text)) return false
      if (text === last && isWord(text) && (wasNamed || !isNamed)) return false
      last = text
      wasNamed = isNamed
      return true
    },
    part() {
      last = ''
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Figures may well be equal. */
function isWord(text: string): boolean {
  return text.length >= SHORTEST && /\p{L}/u.test(text)
}

const SHORTEST = 6
