import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

/** Every import that is there at run time, not by `import()`. */
const importLine = /^(?:import|export) (?!type\b)(?:[^'";]*? from )?'([^']+)'/gms

async function packagesBehind(file: URL, seen = new Set<string>()): Promise<Set<string>> {
  const packages = new Set<string>()
  if (seen.has(file.href)) return packages
  seen.add(file.href)
  for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(importLine)) {
    if (!name.startsWith('.')) packages.add(name)
    else
      for (const one of await packagesBehind(new URL(name.replace(/\.js$/, '.ts'), file), seen))
        packages.add(one)
  }
  return packages
}

test('the crawl jobs are made and checked without the crawler and its parsers', async () => {
  const light = await packagesBehind(new URL('../../../src/crawl/jobs.ts', import.meta.url))
  expect([...light].filter((name) => !name.startsWith('node:'))).toEqual(['ipaddr.js'])
})

test('the crawler is what loads them', async () => {
  const heavy = await packagesBehind(new URL('../../../src/crawl/crawl-runtime.ts', import.meta.url))
  expect([...heavy]).toEqual(expect.arrayContaining(['undici', 'parse5', 'p-limit']))
})
