import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RiptideError } from '../../core/errors.js'
import type { OpenOptions } from '../../core/queue-adapter.js'
import { HostLink } from './host-link.js'
import { type ResolvedSqliteOptions, inMemory } from './sqlite-options.js'

/**
 * The hosts of this process, by file. All adapters on one file share one: SQLite takes one writer at a time, so a second
 * connection would only make the two wait for each other, two at once can harm the file with an older SQLite, and closing
 * one would take the locks of the other with it.
 */
const links = new Map<string | ResolvedSqliteOptions, HostLink>()

/**
 * Opens the file, or joins those of this process who have it open; whoever did so closes the link once. CONFIG_INVALID when
 * those have it open with other options.
 */
export async function openLink(options: ResolvedSqliteOptions, opening: OpenOptions): Promise<HostLink> {
  const key = await keyOf(options)
  const link = await linkFor(key, options)
  links.set(key, link)
  try {
    await link.open(opening)
  } finally {
    forgetUnused()
  }
  return link
}

/** Closes a link that was opened once. */
export async function closeLink(link: HostLink): Promise<void> {
  await link.close()
  forgetUnused()
}

// -------------------------------------------------------------------------------------------------------------------

/** By the file; a queue in memory is known by its options alone, which no other queue has. */
async function keyOf(options: ResolvedSqliteOptions): Promise<string | ResolvedSqliteOptions> {
  return options.path === inMemory ? options : realPathOf(options.path)
}

/** The one that has the file open, or a new one. One that is just closing with other options is waited for. */
async function linkFor(
  key: string | ResolvedSqliteOptions,
  options: ResolvedSqliteOptions,
): Promise<HostLink> {
  for (;;) {
    const link = links.get(key)
    if (link === undefined) return new HostLink(options)
    const differing = differenceOf(link.options, options)
    if (differing === undefined) return link
    if (link.isOpen) throw openOtherwise(options.path, differing)
    await link.whenClosed()
    if (links.get(key) === link) links.delete(key)
  }
}

/** The first option that is not the same; the path may be written in many ways. */
function differenceOf(one: ResolvedSqliteOptions, other: ResolvedSqliteOptions): string | undefined {
  const names = ['synchronous', 'inline', 'driver', 'busyTimeoutMs', 'threadUrl'] as const
  return names.find((name) => one[name] !== other[name])
}

function openOtherwise(path: string, name: string): RiptideError {
  return new RiptideError(
    'CONFIG_INVALID',
    `${path} is open in this process with another /${name}; a process has one connection to a file, so give all its queues ` +
      'and storages there the same options',
    { path: `/${name}` },
  )
}

/** Of a file that is not there yet: where it will be. Whatever is wrong with the path is told when it is opened. */
async function realPathOf(path: string): Promise<string> {
  return realpath(path)
    .catch(async () => join(await realpath(dirname(path)), basename(path)))
    .catch(() => path)
}

function forgetUnused(): void {
  for (const [key, link] of links) if (!link.isInUse) links.delete(key)
}
