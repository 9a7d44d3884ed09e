import type { RouteName } from '../routes.js'
import { fleetOperations } from './fleet-operations.js'
import { jobOperations } from './job-operations.js'
import type { Operation } from './operation.js'
import { queueOperations } from './queue-operations.js'
import { scheduleOperations } from './schedule-operations.js'
import { submissionOperations } from './submission-operations.js'
import { templateOperations } from './template-operations.js'
import { webhookOperations } from './webhook-operations.js'

/** One for each route: the type refuses a table that misses any. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  ...submissionOperations,
  ...jobOperations,
  ...scheduleOperations,
  ...templateOperations,
  ...webhookOperations,
  ...queueOperations,
  ...fleetOperations,
}
