import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vitest/config'

/** The files that are imported as texts. */
export const textFiles = ['.lua', '.sql', '.html', '.css'] as const

/** Makes a text of each in the tests, as the build does. In front of Vite's own plugins, which have ideas about HTML and CSS. */
export function importTexts(): Plugin {
  return {
    name: 'import-texts',
    enforce: 'pre',
    async load(id) {
      if (!textFiles.some((ending) => id.endsWith(ending))) return null
      return { code: `export default ${JSON.stringify(await readFile(id, 'utf8'))}`, map: null }
    },
  }
}
