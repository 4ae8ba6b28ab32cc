/**
 * KeyRotation: leads the rotations of DKIM keys on, from stage to stage, and has this relay sign with what is in force.
 *
 * Policy. Looked at each minute, so that what was begun or led on elsewhere is taken soon; the name servers are asked every five
 * minutes. What fails is tried again at the next look, and the keys in force stay. A stage is told by the relay that entered it.
 *
 * Not here: what a stage waits for (dkim/step.ts).
 */
import type { Clock, Logger, Metrics } from '@postrider/core'
import { isOpen, OPEN_STAGES, type Rotation, type StepPorts, type StoredRotations, stepOf } from '../dkim/index.ts'

export interface KeyRotationOptions {
  readonly rotations: StoredRotations
  /** Signs with what is in force now. */
  readonly take: (rotations: readonly Rotation[]) => Promise<void>
  /** What one look needs; ended after it. */
  readonly open: () => Promise<StepPorts & AsyncDisposable>
  /** A domain came to a stage. */
  readonly told: (rotation: Rotation) => void
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

const LOOK_EVERY_MS = 60_000
const STEP_EVERY_MS = 300_000

const OPEN = {
  name: 'postrider_dkim_rotations',
  help: 'Domains whose DKIM keys are being turned, by stage.',
  labels: ['stage'],
} as const
const OLDEST = {
  name: 'postrider_dkim_rotation_seconds',
  help: 'How long the rotation of DKIM keys that is slowest has been in its stage, by stage.',
  labels: ['stage'],
} as const

export class KeyRotation {
  readonly #it: KeyRotationOptions
  readonly #ending = new AbortController()
  #stop: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: KeyRotationOptions) {
    this.#it = options
  }

  start(): void {
    this.#running = this.#look()
  }

  async close(): Promise<void> {
    this.#ending.abort()
    this.#stop?.()
    await this.#running
  }

  async #look(): Promise<void> {
    const { clock, logger } = this.#it
    try {
      await this.#lead()
    } catch (error) {
      if (!this.#ending.signal.aborted)
        logger.warn(
          { event: 'dkim-rotation-trouble', problem: (error as Error).message },
          'the rotation of DKIM keys was not looked at',
        )
    }
    if (this.#ending.signal.aborted) return
    this.#stop = clock.after(LOOK_EVERY_MS, () => this.start(), { idle: true })
  }

  async #lead(): Promise<void> {
    const { rotations, take, clock } = this.#it
    const before = await rotations.list()
    await take(before)
    const now = clock.now()
    const due = before.filter(one => isDue(one, now))
    if (due.length > 0) await this.#stepEach(due)
    const after = due.length > 0 ? await rotations.list() : before
    if (due.length > 0) await take(after)
    this.#count(after)
  }

  async #stepEach(due: readonly Rotation[]): Promise<void> {
    await using ports = await this.#it.open()
    for (const rotation of due) await this.#step(rotation, ports)
  }

  /** As far as it goes now. */
  async #step(first: Rotation, ports: StepPorts): Promise<void> {
    const { rotations, clock, told, logger } = this.#it
    for (let rotation = first; rotation.stage !== 'done'; ) {
      const { next, missing } = await stepOf(rotation, ports, clock.now(), this.#ending.signal)
      const at = clock.now()
      const isFirst = await rotations.looked(rotation, missing, at)
      if (isFirst && (rotation.stage === 'publish' || rotation.stage === 'cancelled')) told(rotation)
      const { domain, stage } = rotation
      if (next === undefined) return logger.debug({ event: 'dkim-rotation-waits', domain, stage, missing }, 'not yet')
      if (!(await rotations.enter(rotation, next, at))) return
      rotation = { ...rotation, stage: next, since: at }
      told(rotation)
    }
  }

  /** By stage alone: their number is bounded. */
  #count(all: readonly Rotation[]): void {
    const { metrics, clock } = this.#it
    if (all.length === 0) return
    const [open, oldest] = [metrics.gauge(OPEN), metrics.gauge(OLDEST)]
    for (const stage of OPEN_STAGES) {
      const own = all.filter(one => one.stage === stage)
      open.set(own.length, { stage })
      oldest.set(Math.max(0, ...own.map(({ since }) => clock.now() - since)) / 1000, { stage })
    }
  }
}

function isDue(rotation: Rotation, now: number): boolean {
  const { stage, lookedAt, missing } = rotation
  if (lookedAt === undefined) return stage !== 'done'
  if (!isOpen(rotation) && missing.length === 0) return false
  // A look that is still to come was by a clock that was ahead.
  return now - lookedAt >= STEP_EVERY_MS || lookedAt > now
}
