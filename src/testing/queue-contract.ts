import type { ContractCase } from './contract/case.js'
import { countingCases } from './contract/counting.js'
import { listingCases } from './contract/listing.js'
import { retentionCases } from './contract/retention.js'
import { claimingCases } from './contract/claiming.js'
import { controlCases } from './contract/control.js'
import { dedupeCases } from './contract/dedupe.js'
import { fencingCases } from './contract/fencing.js'
import { fidelityCases } from './contract/fidelity.js'
import { leaseCases } from './contract/leases.js'
import { outcomeCases } from './contract/outcomes.js'
import { overlapCases } from './contract/overlap.js'
import { priorityCases } from './contract/priorities.js'
import { resendingCases } from './contract/resending.js'
import { scheduleCases } from './contract/schedules.js'
import { submissionCases } from './contract/submission.js'

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
  ...controlCases,
  ...fidelityCases,
  ...scheduleCases,
  ...overlapCases,
  ...retentionCases,
  ...listingCases,
  ...countingCases,
]
