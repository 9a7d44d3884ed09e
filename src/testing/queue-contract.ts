import type { ContractCase } from './contract/case.js'
import { boundCases } from './contract/bounds.js'
import { channelCases } from './contract/channels.js'
import { claimingCases } from './contract/claiming.js'
import { controlCases } from './contract/control.js'
import { countingCases } from './contract/counting.js'
import { dedupeCases } from './contract/dedupe.js'
import { fencingCases } from './contract/fencing.js'
import { fidelityCases } from './contract/fidelity.js'
import { hintCases } from './contract/hints.js'
import { instanceCases } from './contract/instances.js'
import { leaseCases } from './contract/leases.js'
import { listingCases } from './contract/listing.js'
import { movingInCases } from './contract/moving-in.js'
import { movingOrderCases } from './contract/moving-order.js'
import { movingOutCases } from './contract/moving-out.js'
import { movingScheduleCases } from './contract/moving-schedules.js'
import { openingCases } from './contract/opening.js'
import { outcomeCases } from './contract/outcomes.js'
import { overlapCases } from './contract/overlap.js'
import { priorityCases } from './contract/priorities.js'
import { resendingCases } from './contract/resending.js'
import { retentionCases } from './contract/retention.js'
import { scheduleCases } from './contract/schedules.js'
import { slotCases } from './contract/slots.js'
import { submissionCases } from './contract/submission.js'
import { unkeptCases } from './contract/unkept.js'
import { walkCases } from './contract/walk.js'

/**
 * What every queue adapter does, as data: one case for each thing that can go wrong, to be run by any test runner.
 * @example for (const one of queueContract) test(one.name, () => one.run({ create: () => memoryQueue() }))
 */
export const queueContract: readonly ContractCase[] = [
  ...submissionCases,
  ...dedupeCases,
  ...claimingCases,
  ...priorityCases,
  ...outcomeCases,
  ...fencingCases,
  ...leaseCases,
  ...resendingCases,
  ...channelCases,
  ...controlCases,
  ...fidelityCases,
  ...scheduleCases,
  ...slotCases,
  ...overlapCases,
  ...listingCases,
  ...countingCases,
  ...retentionCases,
  ...unkeptCases,
  ...instanceCases,
  ...hintCases,
  ...boundCases,
  ...openingCases,
  ...movingOutCases,
  ...movingInCases,
  ...movingOrderCases,
  ...movingScheduleCases,
  ...walkCases,
]
