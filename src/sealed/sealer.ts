import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { RiptideError, describe } from '../core/errors.js'
import { secretBytes } from '../core/random.js'
import { sealedMark } from '../core/stored-json.js'

/** A key of 32 bytes, and the name by which sealed texts call it. */
export interface SealKey {
  readonly id: string
  readonly key: Buffer
}
const ivBytes = 12
const tagBytes = 16

/**
 * Seals texts with AES-256-GCM (NIST SP 800-38D) under the first key, and opens what any of the keys sealed. A sealed text is
 * `~s1.<key id>.<base64url of iv, tag and ciphertext>`; it opens only for the purpose that it was sealed for, so that nobody who
 * can write to the store passes off one text as another.
 */
export class Sealer {
  readonly #first: SealKey
  readonly #byId: ReadonlyMap<string, Buffer>
  readonly #digestKey: Buffer

  /** At least one key; ids without a dot, each once. */
  constructor(keys: readonly SealKey[]) {
    const [first] = keys
    const [digesting] = [...keys].sort((a, b) => (a.id < b.id ? -1 : 1))
    if (first === undefined || digesting === undefined)
      throw new RiptideError('CONFIG_INVALID', 'encryption needs at least one key')
    this.#first = first
    this.#byId = new Map(keys.map(({ id, key }) => [id, key]))
    // By its id and not its place: `[a]`, `[a, b]`, `[b, a]` and `[b]` are one rotation, and shall change the digests once.
    this.#digestKey = Buffer.from(hkdfSync('sha256', digesting.key, '', 'riptide-workers digest', 32))
  }

  /** The name of the key that seals. */
  get keyId(): string {
    return this.#first.id
  }

  /** Whether the key that seals now sealed this text; it need not open for that. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(`${sealedMark}${this.#first.id}.`)
  }

  seal(text: string, purpose: string): string {
    const iv = secretBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#first.key, iv)
    cipher.setAAD(Buffer.from(purpose))
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return `${sealedMark}${this.#first.id}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
  }

  /** The text; one that was never sealed is given back as it is. DECRYPTION_FAILED. */
  open(sealed: string, purpose: string): string {
    if (!sealed.startsWith(sealedMark)) return sealed
    const dot = sealed.indexOf('.', sealedMark.length)
    const id = sealed.slice(sealedMark.length, dot)
    const key = this.#byId.get(id)
    if (key === undefined) throw unreadable(`no key with the id ${describe(id)} was given`)
    const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url')
    if (bytes.length < ivBytes + tagBytes) throw unreadable('the text is cut short')
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
      decipher.setAAD(Buffer.from(purpose))
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
      return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
    } catch (cause) {
      throw unreadable(`the text was changed, or sealed with another key of the id ${describe(id)}`, cause)
    }
  }

  /** A digest that tells nothing of what was digested to those without the keys; an empty one stays empty. */
  digest(digest: string): string {
    if (digest === '') return ''
    return createHmac('sha256', this.#digestKey).update(digest).digest('base64url')
  }
}

// -------------------------------------------------------------------------------------------------------------------

function unreadable(why: string, cause?: unknown): RiptideError {
  return new RiptideError('DECRYPTION_FAILED', `a stored text cannot be decrypted: ${why}`, { cause })
}
