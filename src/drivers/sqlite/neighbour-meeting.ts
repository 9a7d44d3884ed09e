import type { Socket } from 'node:net'
import type { Clock } from '../../core/clock.js'
import { Line } from './neighbour-line.js'
import type { Neighbour } from './neighbour.js'
import { type Words, wordsVersion } from './neighbour-words.js'
import type { Registered } from './process-registry.js'

export interface MeetingOptions {
  readonly own: { readonly n: number; readonly secret: string }
  /** The one that was called; null for one that calls. */
  readonly called: Registered | null
  /** The entry of the process with this number. */
  readonly find: (n: number) => Registered | undefined
  readonly clock: Pick<Clock, 'after'>
  /** Both have said who they are, and know each other's secret. */
  readonly onMet: (other: Registered, line: Line) => Neighbour
  /** The connection with a neighbour is over. */
  readonly onParted: (neighbour: Neighbour) => void
  /** It was over before they met; the code of the error, if there was one. */
  readonly onMissed: (code: string | undefined) => void
}

/** How a connection begins: who called says hello first. Answers how to cut it. */
export function meet(socket: Socket, options: MeetingOptions): () => void {
  const { own, called, find, clock, onMet, onParted, onMissed } = options
  let neighbour: Neighbour | undefined
  let code: string | undefined
  const greet = (words: Words): void => {
    const other = words.kind === 'hello' && words.secret === own.secret ? find(words.n) : undefined
    if (other === undefined || other.n === own.n || (called !== null && called.n !== other.n))
      return line.cut()
    cancelPatience()
    if (called === null) sayHello(other)
    neighbour = onMet(other, line)
  }
  const line = new Line(socket, {
    onWords: (words) => (neighbour === undefined ? greet(words) : neighbour.hear(words)),
    onClosed() {
      cancelPatience()
      if (neighbour === undefined) onMissed(code)
      else onParted(neighbour)
    },
  })
  const sayHello = ({ secret }: Registered): void =>
    line.say({ kind: 'hello', version: wordsVersion, n: own.n, secret })
  const cancelPatience = clock.after(patienceMs, () => line.cut())
  socket.on('error', (error: NodeJS.ErrnoException) => (code ??= error.code))
  if (called !== null) sayHello(called)
  return () => line.cut()
}

// -------------------------------------------------------------------------------------------------------------------

/** A process whose event loop is held up answers late; one that is stopped does not answer. */
const patienceMs = 5000
