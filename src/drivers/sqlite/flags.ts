/**
 * Bits of the head's row: which tables have rows. A bit is set with the first row, and taken away when somebody finds that the
 * last one is gone.
 */
export const flag = {
  pauses: 1,
  notices: 2,
  steps: 4,
  keys: 8,
  windows: 16,
  /** The limits of the whole queue held up jobs when somebody last tried. */
  limited: 32,
} as const

export type Flag = (typeof flag)[keyof typeof flag]
