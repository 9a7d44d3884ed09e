import { RiptideError, describe } from '../core/errors.js'

/** The refusal of what is asked of a job that is not there. */
export function noJob(id: string): RiptideError {
  return new RiptideError('JOB_NOT_FOUND', `there is no job with the id ${describe(id)}`)
}
