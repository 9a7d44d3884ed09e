import { type PointerOut, inWireTerms } from '../wire-pointers.js'

/** What `run` answers; what the service finds wrong is told in the words of the wire. */
export async function inTerms<T>(pointerOut: PointerOut, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (thrown) {
    throw inWireTerms(thrown, pointerOut)
  }
}
