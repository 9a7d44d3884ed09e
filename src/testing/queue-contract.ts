import { asideCases } from './contract/asides.js'
import { boundCases } from './contract/bounds.js'
import type { ContractCase } from './contract/case.js'
import { channelCases } from './contract/channels.js'
import { claimingCases } from './contract/claiming.js'
import { controlCases } from './contract/control.js'
import { countingCases } from './contract/counting.js'
import { dedupeHolderCases } from './contract/dedupe-holders.js'
import { dedupeModeCases } from './contract/dedupe-modes.js'
import { dedupeTieCases } from './contract/dedupe-ties.js'
import { dedupeWindowCases } from './contract/dedupe-windows.js'
import { dedupeCases } from './contract/dedupe.js'
import { dependencyCases } from './contract/dependencies.js'
import { dependencyBoundCases } from './contract/dependency-bounds.js'
import { dependencyCircleCases } from './contract/dependency-circles.js'
import { dependencyEndCases } from './contract/dependency-ends.js'
import { dependencyLifeCases } from './contract/dependency-lives.js'
import { dependencyRaceCases } from './contract/dependency-races.js'
import { dependencySubmissionCases } from './contract/dependency-submission.js'
import { discardingCases } from './contract/discarding.js'
import { fencingCases } from './contract/fencing.js'
import { fidelityCases } from './contract/fidelity.js'
import { hardWordCases } from './contract/hard-words.js'
import { hintCases } from './contract/hints.js'
import { instanceCases } from './contract/instances.js'
import { keyHintCases } from './contract/key-hints.js'
import { keyRateCases } from './contract/key-rates.js'
import { keyTurnCases } from './contract/key-turns.js'
import { keyCases } from './contract/keys.js'
import { leaseCases } from './contract/leases.js'
import { listingCases } from './contract/listing.js'
import { movingInCases } from './contract/moving-in.js'
import { movingKeptCases } from './contract/moving-kept.js'
import { movingOrderCases } from './contract/moving-order.js'
import { movingOutCases } from './contract/moving-out.js'
import { movingReplacedCases } from './contract/moving-replaced.js'
import { movingScheduleCases } from './contract/moving-schedules.js'
import { movingTermCases } from './contract/moving-terms.js'
import { noticeKeepingCases } from './contract/notice-keeping.js'
import { noticeCases } from './contract/notices.js'
import { openingCases } from './contract/opening.js'
import { outcomeCases } from './contract/outcomes.js'
import { overlapCases } from './contract/overlap.js'
import { pauseCases } from './contract/pauses.js'
import { priorityCases } from './contract/priorities.js'
import { queueLimitHintCases } from './contract/queue-limit-hints.js'
import { queueLimitCases } from './contract/queue-limits.js'
import { rateHintCases } from './contract/rate-hints.js'
import { replacingCases } from './contract/replacing.js'
import { reprioritisingCases } from './contract/reprioritising.js'
import { resendingCases } from './contract/resending.js'
import { retentionLifeCases } from './contract/retention-lives.js'
import { retentionCases } from './contract/retention.js'
import { scheduleCases } from './contract/schedules.js'
import { settingCases } from './contract/settings.js'
import { slotTermCases } from './contract/slot-terms.js'
import { slotCases } from './contract/slots.js'
import { stepCases } from './contract/steps.js'
import { submissionCases } from './contract/submission.js'
import { tieCases } from './contract/ties.js'
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
  ...retentionLifeCases,
  ...unkeptCases,
  ...instanceCases,
  ...hintCases,
  ...boundCases,
  ...openingCases,
  ...movingOutCases,
  ...movingInCases,
  ...movingOrderCases,
  ...movingScheduleCases,
  ...dedupeWindowCases,
  ...dedupeModeCases,
  ...dedupeHolderCases,
  ...replacingCases,
  ...dedupeTieCases,
  ...dependencyCases,
  ...dependencySubmissionCases,
  ...dependencyEndCases,
  ...dependencyLifeCases,
  ...dependencyBoundCases,
  ...dependencyCircleCases,
  ...dependencyRaceCases,
  ...tieCases,
  ...noticeCases,
  ...noticeKeepingCases,
  ...keyCases,
  ...keyTurnCases,
  ...keyRateCases,
  ...keyHintCases,
  ...rateHintCases,
  ...queueLimitCases,
  ...queueLimitHintCases,
  ...pauseCases,
  ...reprioritisingCases,
  ...discardingCases,
  ...settingCases,
  ...stepCases,
  ...hardWordCases,
  ...asideCases,
  ...slotTermCases,
  ...movingTermCases,
  ...movingReplacedCases,
  ...movingKeptCases,
  ...walkCases,
]
