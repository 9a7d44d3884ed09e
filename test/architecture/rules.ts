import { posix } from 'node:path'
import { emptyNames, hostAccess, longestFile, type Part } from './map.js'
import type { Import, Source } from './source.js'

/** What breaks the map of imports, one sentence each. */
export function importViolations(sources: readonly Source[], map: readonly Part[]): string[] {
  return sources.flatMap((source) => {
    const part = partOf(source.path, map)
    if (!part) return [`${source.path} lies in no part of the map`]
    return source.imports
      .filter((one) => !isAllowed(source.path, one, part))
      .map((one) => describe(source, one, part))
  })
}

/** Parts of the map that no file lies in. */
export function emptyParts(sources: readonly Source[], map: readonly Part[]): string[] {
  return map.filter((part) => !sources.some(({ path }) => partOf(path, map) === part)).map((part) => part.of)
}

/** Files that hold more than one idea. */
export function sizeViolations(sources: readonly Source[], longest = longestFile): string[] {
  return sources
    .filter(({ lines }) => lines > longest)
    .map(({ path, lines }) => `${path} has ${lines} lines; ${longest} is the most`)
}

/** Uses of the host's clock, timers, chance and environment outside the files that are there for it. */
export function hostViolations(sources: readonly Source[], access = hostAccess): string[] {
  return sources.flatMap(({ path, hostUses }) =>
    hostUses
      .filter(({ name }) => !access[path]?.includes(name))
      .map(({ name, line }) => `${path}:${line} uses ${name}`),
  )
}

/** Names of files that say nothing, or are not written as names are here. */
export function nameViolations(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const words = posix.basename(path).replace(/(\.client|\.d)?\.[a-z]+$/, '')
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(words)) return [`${path} is not in kebab-case`]
    const empty = emptyNames.find((name) => words === name || words.endsWith(`-${name}`))
    return empty === undefined ? [] : [`${path}: "${empty}" says nothing of what it holds`]
  })
}

/** Each `index.ts` is an entry of the package, and each entry an `index.ts`. */
export function indexViolations(paths: readonly string[], entries: readonly string[]): string[] {
  const found = paths.filter((path) => posix.basename(path) === 'index.ts')
  return [
    ...found.filter((path) => !entries.includes(path)).map((path) => `${path} is no entry of package.json`),
    ...entries
      .filter((entry) => !found.includes(entry))
      .map((entry) => `${entry} is an entry of package.json and is missing`),
  ]
}

/** Default exports: they have a different name wherever they are imported. */
export function defaultExportViolations(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, defaultExports }) =>
    defaultExports.map(({ line }) => `${path}:${line} has a default export`),
  )
}

/** How packages or files of ours are reached from the entries without any `import()`: each a chain of files. */
export function eagerChains(
  sources: readonly Source[],
  entries: readonly string[],
  targets: readonly string[],
): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const seen = new Set<string>()
  const walk = (path: string, chain: readonly string[]): string[] => {
    if (seen.has(path)) return []
    seen.add(path)
    return (byPath.get(path)?.imports ?? [])
      .filter((one) => !one.typeOnly && !one.lazy)
      .flatMap((one) => {
        const next = [...chain, path]
        const isOurs = isRelative(one.specifier)
        const name = isOurs ? resolve(path, one.specifier) : packageOf(one.specifier)
        if (targets.includes(name)) return [[...next, name].join(' > ')]
        return isOurs ? walk(name, next) : []
      })
  }
  return entries.flatMap((entry) => walk(entry, []))
}

// ---------------------------------------------------------------------------------------------------------

function partOf(path: string, map: readonly Part[]): Part | undefined {
  return map.filter((part) => covers(part.of, path)).sort((a, b) => b.of.length - a.of.length)[0]
}

function isAllowed(path: string, one: Import, part: Part): boolean {
  if (!isRelative(one.specifier)) return part.packages.includes(packageOf(one.specifier))
  const target = resolve(path, one.specifier)
  const own = part.of.endsWith('/') ? [part.of] : []
  const open = [...own, ...part.ours, ...(one.typeOnly ? (part.typesOnly ?? []) : [])]
  return open.some((place) => covers(place, target))
}

function describe(source: Source, one: Import, part: Part): string {
  const typesOnly = isRelative(one.specifier) && isAllowed(source.path, { ...one, typeOnly: true }, part)
  const more = typesOnly ? ', of which it may name types only' : ''
  return `${source.path}:${one.line} imports ${one.specifier}${more}; see ${part.of} in the map`
}

function covers(place: string, path: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.')
}

/** The file that a relative import means: `.js` is what the compiler makes of `.ts`. */
function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
