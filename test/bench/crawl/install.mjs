import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Installs Crawlee when it is first needed; answers its version. */
export function installCrawlee() {
  const manifest = `${here}node_modules/@crawlee/cheerio/package.json`
  if (!existsSync(manifest)) {
    const options = ['--no-audit', '--no-fund', '--no-package-lock']
    execFileSync('npm', ['install', '--prefix', here, ...options], { stdio: 'inherit' })
  }
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}
