import type { TemplateParameter } from '../control-api.js'
import type { Fields } from '../core/check.js'
import { type ErrorCode, RiptideError, describe } from '../core/errors.js'
import { pointer } from '../core/json.js'

/** The parameters of a template, by name. A Map, so that no name reaches a prototype. */
export type Parameters = ReadonlyMap<string, TemplateParameter>

/** The values to render with: JSON, by name. */
export type Values = ReadonlyMap<string, unknown>

export const parameterTypes = ['string', 'number', 'integer', 'boolean', 'array', 'object'] as const
type ParameterType = (typeof parameterTypes)[number]

/** Whether a value, which is JSON, is of a type. */
export function isOfType(value: unknown, type: ParameterType): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

/**
 * The values of all parameters: those given, and the defaults of the others. All that is wrong is said at once, in
 * `facts.problems`; the first of it gives the error its code and its path.
 */
export function valuesOf(parameters: Parameters, given: Fields): Values {
  const problems = [...unknownOnes(parameters, given), ...wrongOnes(parameters, given)]
  if (problems.length > 0) throw problemsError(problems)
  const entries = [...parameters].map(([name, { default: otherwise }]): [string, unknown] => [
    name,
    valueIn(given, name) ?? otherwise,
  ])
  return new Map(entries)
}

// -------------------------------------------------------------------------------------------------------------------

interface Problem {
  readonly code: ErrorCode
  readonly path: string
  readonly message: string
}

const mostProblems = 50

/** Undefined for one that is not given; null is a value. */
function valueIn(given: Fields, name: string): unknown {
  return Object.hasOwn(given, name) ? given[name] : undefined
}

function unknownOnes(parameters: Parameters, given: Fields): readonly Problem[] {
  const known = parameters.size === 0 ? 'there are none' : `known are ${[...parameters.keys()].join(', ')}`
  return Object.keys(given)
    .filter((name) => !parameters.has(name))
    .map((name) => {
      const path = pointer('/parameters', name)
      const message = `${path}: the template has no parameter ${describe(name)}; ${known.slice(0, 300)}`
      return { code: 'TEMPLATE_PARAMETER_UNKNOWN', path, message }
    })
}

function wrongOnes(parameters: Parameters, given: Fields): readonly Problem[] {
  return [...parameters].flatMap(([name, parameter]) => {
    const problem = problemOf(name, parameter, valueIn(given, name))
    return problem ? [problem] : []
  })
}

function problemOf(name: string, parameter: TemplateParameter, value: unknown): Problem | undefined {
  const path = pointer('/parameters', name)
  const { type } = parameter
  if (value === undefined) {
    if (parameter.default !== undefined) return undefined
    return {
      code: 'TEMPLATE_PARAMETER_MISSING',
      path,
      message: `${path} is required: a value of type ${type}`,
    }
  }
  if (isOfType(value, type)) return undefined
  const message = `${path} must be of type ${type}; got ${describe(value)}`
  return { code: 'TEMPLATE_PARAMETER_INVALID', path, message }
}

function problemsError(problems: readonly Problem[]): RiptideError {
  const [first] = problems
  const others = problems.length > 1 ? `; and ${problems.length - 1} more, see facts.problems` : ''
  return new RiptideError(
    first?.code ?? 'TEMPLATE_PARAMETER_INVALID',
    `${first?.message ?? 'a parameter is wrong'}${others}`,
    { path: first?.path ?? '/parameters', facts: { problems: problems.slice(0, mostProblems) } },
  )
}
