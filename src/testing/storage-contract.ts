import type { StorageContractCase } from './contract/storage-case.js'
import { storageLifeCases } from './contract/storage-life.js'
import { storageReplaceCases } from './contract/storage-replace.js'
import { storageTextCases } from './contract/storage-texts.js'

/**
 * What every storage does, as data. A case that names what it `needs` is for storages that have that method.
 * @example for (const one of storageContract) test(one.name, () => one.run({ create: () => memoryStorage() }))
 */
export const storageContract: readonly StorageContractCase[] = [
  ...storageTextCases,
  ...storageLifeCases,
  ...storageReplaceCases,
]
