import { type RiptideError, isRiptideError } from './errors.js'
import { toJobError } from './job-error.js'
import { pointer } from './json.js'
import type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.js'

type Fail = (message: string, path: string, cause?: unknown) => RiptideError

/**
 * What a schema makes of a value. Issues become one error, made by `fail` from the first of them and where it stands; so does
 * what a schema throws that is none of our errors. `wait` is given an answer that takes time.
 */
export async function inputOf(
  schema: StandardSchema,
  value: unknown,
  fail: Fail,
  wait: <T>(answer: Promise<T>) => Promise<T> = (answer) => answer,
): Promise<unknown> {
  const answered = async (): Promise<SchemaResult<unknown>> => {
    const answer = schema['~standard'].validate(value)
    return asResult(isThenable(answer) ? await wait(Promise.resolve(answer)) : answer)
  }
  const result = await answered().catch((thrown: unknown) => {
    throw faultOf(thrown, fail)
  })
  return accepted(result, fail)
}

/** The same at once; a schema that answers later is refused. */
export function inputNow(schema: StandardSchema, value: unknown, fail: Fail): unknown {
  let result: SchemaResult<unknown>
  try {
    const answer = schema['~standard'].validate(value)
    if (isThenable(answer)) {
      answer.then(undefined, () => undefined)
      throw fail('the schema of the job answers with a promise, and here the answer is needed at once', '')
    }
    result = asResult(answer)
  } catch (thrown) {
    throw faultOf(thrown, fail)
  }
  return accepted(result, fail)
}

// -------------------------------------------------------------------------------------------------------------------

function accepted(result: SchemaResult<unknown>, fail: Fail): unknown {
  if (!result.issues) return result.value
  const shown = result.issues
    .slice(0, 5)
    .map((issue) => `${pathOf(issue) || 'the payload'}: ${issue.message}`)
  throw fail(
    `the payload does not fit the input of its job: ${shown.join('; ').slice(0, 500)}`,
    pathOf(result.issues[0]),
  )
}

function faultOf(thrown: unknown, fail: Fail): RiptideError {
  if (isRiptideError(thrown)) return thrown
  return fail(`the schema of the job threw: ${toJobError(thrown).message.slice(0, 300)}`, '', thrown)
}

function asResult<T>(result: SchemaResult<T>): SchemaResult<T> {
  if (typeof result === 'object' && result !== null && ('value' in result || result.issues)) return result
  throw new TypeError('a schema must answer with { value } or { issues }')
}

/** A promise of another realm or library is none by `instanceof`, and would pass as an answer without issues. */
function isThenable<T>(answer: T | Promise<T>): answer is Promise<T> {
  return typeof (answer as { then?: unknown } | null)?.then === 'function'
}

function pathOf(issue: SchemaIssue | undefined): string {
  let path = ''
  for (const part of issue?.path ?? [])
    path = pointer(path, String(typeof part === 'object' ? part.key : part))
  return path
}
