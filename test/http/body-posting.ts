import { expect } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import { stubService } from './stub-service.js'

export type Problem = Record<string, unknown>
export type Body = ConstructorParameters<typeof Response>[0]

/** The most bytes that a body may have here. */
export const limit = 200_000

/** Posts a body as a submission, to a service that takes any. */
export function post(body: Body, headers: Record<string, string> = {}): Promise<Response> {
  const service = stubService({
    submitJob: () => Promise.resolve({ id: 'x', created: true, status: 'pending' }),
  })
  const handler = createHandler(service, {
    authorize: () => true,
    bodyLimitBytes: limit,
    logger: silentLogger,
  })
  return handler.fetch(
    new Request('http://app.test/workers/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      duplex: 'half',
    } as RequestInit),
  )
}

/** Expects a refusal, and answers what it says. */
export async function refused(answer: Promise<Response>, status: number, error: string): Promise<Problem> {
  const response = await answer
  const problem = (await response.json()) as Problem
  expect([response.status, problem['error']]).toEqual([status, error])
  return problem
}

/** A submission with this text for its payload. */
export const withPayload = (payload: string): string =>
  `{"job_type":{"type":"custom","job_name":"a","payload":${payload}}}`
export const good = withPayload('1')
