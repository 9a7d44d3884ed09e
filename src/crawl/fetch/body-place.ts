import type { Deadline } from '../deadline.js'

/**
 * The place of one body in memory. Each call answers a promise where there is no room yet, and undefined where nothing has to
 * wait.
 */
export interface BodyPlace {
  /** Before a request is sent: there is room for a body of usual size. */
  enter(): Promise<void> | undefined
  /** Before so many bytes more are kept. */
  take(bytes: number): Promise<void> | undefined
  /** What came is not kept, as with a redirect: another request may follow. */
  empty(): void
}

/** The same place; while something waits for room, no time runs. */
export function untimed(place: BodyPlace | undefined, time: Deadline): BodyPlace | undefined {
  const pausing = (room: Promise<void> | undefined): Promise<void> | undefined => room?.finally(time.pause())
  return (
    place && {
      enter: () => pausing(place.enter()),
      take: (bytes) => pausing(place.take(bytes)),
      empty: () => place.empty(),
    }
  )
}
