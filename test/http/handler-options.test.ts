import { describe, expect, test } from 'vitest'
import { createHandler } from '../../src/http/index.js'
import { stubService } from './stub-service.js'

describe('the options of createHandler', () => {
  test.each([
    [null],
    [[]],
    [{ authorise: () => true }],
    [{ authorize: 'yes' }],
    [{ basePath: 'bg' }],
    [{ basePath: '/bg/' }],
    [{ basePath: '//bg' }],
    [{ bodyLimitBytes: 0 }],
    [{ bodyTimeoutMs: NaN }],
    [{ authorizeTimeoutMs: '5' }],
  ])('refuse %j', (options) => {
    expect(() => createHandler(stubService({}), options as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  test.each([undefined, null, {}, 'service'])('refuse %j for a service', (service) => {
    expect(() => createHandler(service as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  test('take a base path, of which the root is one', () => {
    expect(createHandler(stubService({}), { basePath: '/api/bg' }).basePath).toBe('/api/bg')
    expect(createHandler(stubService({}), { basePath: '/' }).basePath).toBe('')
  })
})
