import type { AnyJobDefinition } from '../core/handler.js'

/** Slots that are set aside for some types. */
export interface Aside {
  readonly types: readonly string[]
  /** Jobs of these types that may be held at once. */
  readonly slots: number
}

export interface ClaimParts {
  /** Types whose jobs the workers share. */
  readonly types: readonly string[]
  readonly asides: readonly Aside[]
}

/** While a batch of a kind runs, so many batches of it may gather or run beside it. */
const batchesBeside = 1

/**
 * Who claims which of the types: the workers, or slots of their own. Those of a kind that runs in batches have room for two
 * full ones, so that one gathers while another runs.
 */
export function claimPartsOf(
  types: readonly string[],
  definitionOf: (type: string) => AnyJobDefinition | undefined,
): ClaimParts {
  const slotsOf = types.map((type) => slotsAside(definitionOf(type)?.definition))
  return {
    types: types.filter((_, i) => slotsOf[i] === 0),
    asides: types.flatMap((type, i) => {
      const slots = slotsOf[i] ?? 0
      return slots === 0 ? [] : [{ types: [type], slots }]
    }),
  }
}

function slotsAside(definition: AnyJobDefinition['definition'] | undefined): number {
  const { batch, ownSlots = 0 } = definition ?? {}
  return batch === undefined ? ownSlots : batch.size * (1 + batchesBeside)
}
