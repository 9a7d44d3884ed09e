import type { Socket } from 'node:net'
import { type Words, wordsOf } from './neighbour-words.js'

export interface LineOptions {
  readonly onWords: (words: Words) => void
  /** Once, whichever side closed it and why. */
  readonly onClosed: () => void
}

/**
 * A connection to a neighbour, as lines of words. What cannot be read closes it, and so does a neighbour that does not
 * read: what it misses it looks up in the file.
 */
export class Line {
  readonly #socket: Socket
  readonly #options: LineOptions
  /** The beginning of a line whose end has not come. */
  #begun: string[] = []
  #begunLength = 0
  #unsent: string[] = []
  #isEnding = false
  #isOver = false

  constructor(socket: Socket, options: LineOptions) {
    this.#socket = socket
    this.#options = options
    // A connection alone keeps no process alive.
    socket.unref()
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => this.#hear(text))
    // Whatever it was, `close` follows.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#over())
  }

  /** What is said in one turn goes with one write. */
  say(words: Words): void {
    if (this.#isEnding) return
    this.#unsent.push(`${JSON.stringify(words)}\n`)
    if (this.#unsent.length === 1) queueMicrotask(() => this.#send())
  }

  /** Sends what was said, then closes; nothing is heard any more. */
  end(): void {
    this.#send()
    this.#isEnding = true
    this.#socket.end(() => this.#socket.destroy())
  }

  cut(): void {
    this.#socket.destroy()
    this.#over()
  }

  #send(): void {
    if (this.#isEnding || this.#unsent.length === 0) return
    this.#socket.write(this.#unsent.join(''))
    this.#unsent = []
    if (this.#socket.writableLength > mostUnread) this.cut()
  }

  #hear(text: string): void {
    const lines = text.split('\n')
    const rest = lines.pop() ?? ''
    for (const line of lines) {
      if (this.#isEnding) return
      this.#begun.push(line)
      this.#read(this.#begun.join(''))
      this.#begun = []
      this.#begunLength = 0
    }
    this.#begun.push(rest)
    this.#begunLength += rest.length
    if (this.#begunLength > longestLine) this.cut()
  }

  #read(line: string): void {
    const words = line.length > longestLine ? undefined : wordsOf(line)
    if (words === undefined) this.cut()
    else this.#options.onWords(words)
  }

  #over(): void {
    if (this.#isOver) return
    this.#isOver = this.#isEnding = true
    this.#options.onClosed()
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** In characters. The longest that is said tells of 256 jobs. */
const longestLine = 2 ** 20
/** In bytes: of a process that is stopped, or blocked for long. */
const mostUnread = 2 ** 22
