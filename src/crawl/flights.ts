import { abortable } from '../core/abort.js'
import { type Deadline, type DeadlineGroup, createDeadlineGroup } from './deadline.js'

interface Flight<T> {
  readonly landing: Promise<T>
  readonly controller: AbortController
  readonly deadlines: DeadlineGroup
  passengers: number
}

type Start<T> = (signal: AbortSignal, deadline: Deadline) => Promise<T>

/** Joins equal requests that are under way at the same time. */
export interface Flights<T> {
  /**
   * The outcome of the request under `key`: of the one under way (`shared`), or of a new one made by `start`. Whoever's
   * signal aborts leaves alone; the request itself is aborted when nobody waits for it any more. It can pause the deadlines of
   * all who wait.
   */
  join(
    key: string,
    signal: AbortSignal,
    start: Start<T>,
    deadline?: Deadline,
  ): Promise<{ readonly value: T; readonly shared: boolean }>
}

/** A place in a flight, and how to give it up. */
interface Boarding<T> {
  readonly flight: Flight<T>
  readonly leave: (() => void) | undefined
}

export function createFlights<T>(): Flights<T> {
  const flights = new Map<string, Flight<T>>()

  const takeOff = (key: string, start: Start<T>, first: Deadline | undefined): Boarding<T> => {
    const controller = new AbortController()
    const deadlines = createDeadlineGroup()
    const leave = first && deadlines.join(first)
    const flight = { landing: start(controller.signal, deadlines), controller, deadlines, passengers: 0 }
    flights.set(key, flight)
    const forget = (): void => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    flight.landing.then(forget, forget)
    return { flight, leave }
  }

  return {
    async join(key, signal, start, deadline) {
      const standing = flights.get(key)
      const { flight, leave } = standing
        ? { flight: standing, leave: deadline && standing.deadlines.join(deadline) }
        : takeOff(key, start, deadline)
      flight.passengers++
      try {
        return { value: await abortable(flight.landing, signal), shared: standing !== undefined }
      } finally {
        leave?.()
        flight.passengers--
        if (signal.aborted && flight.passengers === 0) {
          // Taken off the list first: a newcomer must not board what is being aborted.
          if (flights.get(key) === flight) flights.delete(key)
          flight.controller.abort(signal.reason)
        }
      }
    },
  }
}
