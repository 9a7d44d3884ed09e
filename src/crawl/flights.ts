import { abortable } from '../core/abort.js'

interface Flight<T> {
  readonly landing: Promise<T>
  readonly controller: AbortController
  passengers: number
}

/** Joins equal requests that are under way at the same time. */
export interface Flights<T> {
  /**
   * The outcome of the request under `key`: of the one under way (`shared`), or of a new one made by `start`. Whoever's
   * signal aborts leaves alone; the request itself is aborted when nobody waits for it any more.
   */
  join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly value: T; readonly shared: boolean }>
}

export function createFlights<T>(): Flights<T> {
  const flights = new Map<string, Flight<T>>()

  const takeOff = (key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = new AbortController()
    const flight = { landing: start(controller.signal), controller, passengers: 0 }
    flights.set(key, flight)
    const forget = (): void => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    flight.landing.then(forget, forget)
    return flight
  }

  return {
    async join(key, signal, start) {
      const standing = flights.get(key)
      const flight = standing ?? takeOff(key, start)
      flight.passengers++
      try {
        return { value: await abortable(flight.landing, signal), shared: standing !== undefined }
      } finally {
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
