import type { RiptideError } from './errors.js'
import { pointer } from './json.js'
import type { SchemaIssue, StandardSchema } from './standard-schema.js'

/** What a schema makes of a value. Issues become one error, made by `fail` from the first of them and where it stands. */
export async function inputOf(
  schema: StandardSchema,
  value: unknown,
  fail: (message: string, path: string) => RiptideError,
): Promise<unknown> {
  const answer = schema['~standard'].validate(value)
  const result = answer instanceof Promise ? await answer : answer
  if (!result.issues) return result.value
  const shown = result.issues
    .slice(0, 5)
    .map((issue) => `${pathOf(issue) || 'the payload'}: ${issue.message}`)
  throw fail(
    `the payload does not fit the input of its job: ${shown.join('; ').slice(0, 500)}`,
    pathOf(result.issues[0]),
  )
}

function pathOf(issue: SchemaIssue | undefined): string {
  let path = ''
  for (const part of issue?.path ?? [])
    path = pointer(path, String(typeof part === 'object' ? part.key : part))
  return path
}
