/** Why a job does not run; or that it runs, or has ended. */
export const explainReasons = [
  'runs',
  'ended',
  'queue_paused',
  'type_paused',
  'delayed',
  'retry_delayed',
  'blocked_by_schedule',
  'blocked_by_dependencies',
  'concurrency_key_full',
  'rate_limited',
  'queue_limit_full',
  'queue_rate_limited',
  'no_worker',
  'unknown_type',
  'slots_busy',
  'next',
] as const

export type ExplainReason = (typeof explainReasons)[number]
