import type { Progress } from '../core/job.js'

/** What a handler has said and the store has not confirmed yet. */
export interface News {
  /** JSON; null when there is none. */
  readonly progress: string | null
  readonly lines: readonly string[]
  /** Lines of this run before these. */
  readonly linesFrom: number
}

const longestLine = 1_000
/** The store keeps no more; what was said in between is gone anyway. */
const mostLines = 100

/** Keeps what a handler says until the store has it, so that a renewal that failed costs none of it. */
export class RunNews {
  #progress: Progress | null = null
  #lines: string[] = []
  #linesFrom = 0
  readonly #onNews: () => void

  constructor(onNews: () => void) {
    this.#onNews = onNews
  }

  get any(): boolean {
    return this.#progress !== null || this.#lines.length > 0
  }

  say(progress: Progress): void {
    this.#progress = progress
    this.#onNews()
  }

  log(line: string): void {
    this.#lines.push(ownText(line, longestLine))
    if (this.#lines.length > mostLines) {
      this.#lines.shift()
      this.#linesFrom++
    }
    this.#onNews()
  }

  /** What there is to send; the answer to call when the store has it. */
  read(): { readonly news: News; readonly confirm: () => void } {
    const [progress, end] = [this.#progress, this.#linesFrom + this.#lines.length]
    const news = {
      progress: progress === null ? null : JSON.stringify(progress),
      lines: [...this.#lines],
      linesFrom: this.#linesFrom,
    }
    const confirm = (): void => {
      if (this.#progress === progress) this.#progress = null
      this.#lines.splice(0, Math.max(0, end - this.#linesFrom))
      this.#linesFrom = Math.max(this.#linesFrom, end)
    }
    return { news, confirm }
  }
}

/** The beginning of a text. A mere slice refers to the whole: a hundred lines would keep a hundred pages in memory. */
export function ownText(text: string, length: number): string {
  if (text.length <= length) return text
  return Buffer.from(text.slice(0, length), 'utf16le').toString('utf16le')
}
