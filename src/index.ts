export { isRiptideError, PermanentError, RetryAfterError, RiptideError } from './core/errors.js'
export type {
  ErrorCode,
  FetchErrorCode,
  HttpErrorCode,
  RiptideErrorOptions,
  RetryAfterOptions,
  SteeringErrorOptions,
} from './core/errors.js'
export { defineJob } from './core/handler.js'
export type { BatchHandler, BatchOptions } from './core/batch.js'
export type {
  AnyJobDefinition,
  BatchJobOptions,
  Handler,
  JobContext,
  JobDefinition,
  JobOptions,
  JobSpec,
} from './core/handler.js'
export type { Clock } from './core/clock.js'
export type { EventName, Events, JobEvent, Listener, RunEvent } from './core/events.js'
export type { ExplainReason } from './core/explain-reason.js'
export type { Job, KeyedRequest, Progress, Result, Submitted, TemplateRef } from './core/job.js'
export type {
  ConcurrencyLimit,
  DedupeMode,
  DedupeRule,
  Dependency,
  FailureRule,
  JobTerms,
  Notice,
  RateLimit,
} from './core/job-terms.js'
export type { JobError } from './core/job-error.js'
export type { Logger, LogFields } from './core/logger.js'
export type { Priority, SkipBudgets } from './core/priority.js'
export type * from './core/queue-adapter.js'
export type { CustomBackoff, RetryPolicy } from './core/retry.js'
export type {
  MisfirePolicy,
  OpenedSchedule,
  OverlapPolicy,
  ScheduledJob,
  ScheduleRecord,
} from './core/schedule.js'
export type { Settlement, StoredResult } from './core/settlement.js'
export type { StandardSchema } from './core/standard-schema.js'
export type { FinalStatus, JobStatus } from './core/states.js'
export type { StorageAdapter, StorageOpenOptions } from './core/storage-adapter.js'
export type { WebhookEvent } from './core/webhook-event.js'
export type { JobPage, JobPages } from './core/job-pages.js'
export type * from './control-api.js'
export type * from './crawl-api.js'
export type { CrawlOptions } from './crawl/options.js'
export type { BatchCrawlResult, Page, PageError, SingleCrawlResult } from './crawl/page.js'
export type { CrawledPage, SpiderCrawlResult, SpiderPage } from './crawl/spider/spider-result.js'
export type { PdfExtractionResult, PdfMetadata, PdfPage } from './crawl/pdf/pdf-result.js'
export { memoryQueue } from './drivers/memory/memory-queue.js'
export { memoryStorage } from './drivers/memory/memory-storage.js'
export type { Environment } from './env.js'
export { migrate } from './migrate/migrate.js'
export type {
  MigrateConflict,
  MigrateOptions,
  MigrateProgress,
  MigrateReport,
} from './migrate/migrate-options.js'
export type { WorkerServiceOptions } from './options.js'
export type * from './service-api.js'
export { WorkerService } from './worker-service.js'
export type { WaitOptions } from './service/waiter.js'
