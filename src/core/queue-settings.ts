import type { RiptideError } from './errors.js'

/** Small texts of a namespace, by key: subscriptions, templates. Bounded in number by whoever keeps them. */
export interface QueueSettings {
  /** By key, in the order of their UTF-16 code units; those that begin with `prefix` and come after `after`. */
  settings(query: SettingsQuery): Promise<readonly Setting[]>
  /** Goes ahead only while the version that stands is `version`; 0 for none. Sent twice it is done once and answered the same. */
  putSetting(request: PutSetting): Promise<SettingAnswer>
  /** Removes it, whatever its version; false when there was none (also for a request that was done and is sent again). */
  removeSetting(key: string): Promise<boolean>
}

export interface SettingsQuery {
  readonly prefix: string
  readonly after: string | null
  /** 1 to 1,000. */
  readonly limit: number
}

export interface Setting {
  /** `[A-Za-z0-9_.~/-]{1,400}`. */
  readonly key: string
  /** From 1; grows with each change. */
  readonly version: number
  /** Opaque. */
  readonly text: string
  /**
   * Ends that make a notice while this setting stands: `<final state>:<type>`, or `<final state>:*` for any type. See
   * `noticeType`.
   */
  readonly notices: readonly string[]
  /** Why its text cannot be opened, which then is as it is stored. Never set by a store. */
  readonly fault?: RiptideError | undefined
  /** Its text is not sealed with the key that seals now. Never set by a store. */
  readonly outdated?: true | undefined
}

export interface PutSetting {
  readonly key: string
  readonly text: string
  readonly notices: readonly string[]
  readonly version: number
  /** Of this request. */
  readonly token: string
}

export type SettingAnswer =
  | { readonly kind: 'done'; readonly version: number }
  | { readonly kind: 'conflict'; readonly version: number }
