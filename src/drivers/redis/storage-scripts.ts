import shelfPart from './lua/part-shelf.lua'
import timePart from './lua/part-time.lua'
import deletePrefixLua from './lua/storage-delete-prefix.lua'
import deleteLua from './lua/storage-delete.lua'
import getLua from './lua/storage-get.lua'
import pruneLua from './lua/storage-prune.lua'
import replaceLua from './lua/storage-replace.lua'
import setLua from './lua/storage-set.lua'
import { defineScript } from './script.js'

/** The scripts of a shelf of texts, by the method that runs them. */
export const storageScripts = {
  get: defineScript('storageGet', [getLua], { awaited: false }),
  set: defineScript('storageSet', [timePart, setLua]),
  replace: defineScript('storageReplace', [timePart, replaceLua, setLua]),
  delete: defineScript('storageDelete', [shelfPart, deleteLua]),
  prune: defineScript('storagePrune', [timePart, shelfPart, pruneLua]),
  deletePrefix: defineScript('storageDeletePrefix', [shelfPart, deletePrefixLua]),
} as const
