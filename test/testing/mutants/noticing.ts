import { finalStates } from '../../../src/core/states.js'
import type { Mutant } from './mutate.js'
import { changeTerms } from './terms.js'

/** What can go wrong with notices and settings. */
export const noticeMutants: readonly Mutant[] = [
  {
    name: 'makes no notice that the terms of a job ask for',
    breaks: 'I37',
    change: (queue) => changeTerms(queue, () => ({ notices: [] })),
  },
  {
    name: 'makes a notice of every end where one is asked for',
    breaks: 'I37',
    change: (queue) =>
      changeTerms(queue, ({ notices }) => ({ notices: notices.length > 0 ? finalStates : [] })),
  },
  {
    name: 'makes no notice that a setting asks for',
    breaks: 'I37',
    change: (queue) => ({ putSetting: (request) => queue.putSetting({ ...request, notices: [] }) }),
  },
  {
    name: 'takes a setting of one type for one of all',
    breaks: 'I37',
    change: (queue) => ({
      putSetting: (request) =>
        queue.putSetting({ ...request, notices: request.notices.map((one) => one.replace(/:.*/, ':*')) }),
    }),
  },
  {
    name: 'has the payload of a notice say less',
    breaks: 'I37',
    change: (queue) => ({
      get: async (id) => {
        const record = await queue.get(id)
        return record && id.startsWith('notice~')
          ? { ...record, payload: record.payload.replace(/"generation":\d+,/, '') }
          : record
      },
    }),
  },
  {
    name: 'changes a setting whatever version stands',
    breaks: 'I2',
    change: (queue) => ({
      putSetting: async (request) => {
        const [standing] = await queue.settings({ prefix: request.key, after: null, limit: 1 })
        const version = standing?.key === request.key ? standing.version : 0
        return queue.putSetting({ ...request, version })
      },
    }),
  },
  {
    name: 'does not know a change of a setting again',
    breaks: 'I2',
    change: (queue) => {
      let n = 0
      return { putSetting: (request) => queue.putSetting({ ...request, token: `${request.token}${n++}` }) }
    },
  },
  {
    name: 'takes a prefix of settings for a pattern',
    breaks: 'I15',
    change: (queue) => ({
      settings: async ({ prefix, after, limit }) => {
        const pattern = new RegExp(`^${prefix.replaceAll('_', '.')}`)
        const all = await queue.settings({ prefix: '', after, limit: 1000 })
        return all.filter(({ key }) => pattern.test(key)).slice(0, limit)
      },
    }),
  },
  {
    name: 'begins again behind each page of settings',
    breaks: 'I15',
    change: (queue) => ({ settings: (query) => queue.settings({ ...query, after: null }) }),
  },
  {
    name: 'says that it removed a setting that was not there',
    breaks: 'I2',
    change: (queue) => ({
      removeSetting: async (key) => {
        await queue.removeSetting(key)
        return true
      },
    }),
  },
]
