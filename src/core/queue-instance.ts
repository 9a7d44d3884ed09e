/** Who a started service is. */
export interface InstanceInfo {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly startedAt: number
  readonly workers: number
  readonly slots: number
  readonly busy: number
  readonly types: readonly string[]
  /** Runs whose handler goes on although their job has moved on. */
  readonly zombies: number
}

export interface InstanceRecord extends InstanceInfo {
  readonly heartbeatAt: number
  /** Its heartbeat is younger than its lease. */
  readonly healthy: boolean
}
