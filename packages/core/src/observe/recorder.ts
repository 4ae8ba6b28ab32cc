/**
 * Recorder: record(fact), the one fan-out from a fact to log line, metric, channel and listener.
 *
 * Policy. Telling never breaks doing: whatever a listener, logger or metrics library of the embedder throws is caught here,
 * told to the log, and delivery goes on. Views that nobody asked for cost nothing.
 *
 * Not here: durable facts, which the queue has written before they come here (flow/delivery.ts).
 */
import type { Fact, FactKind } from '../model/fact.ts'
import { type FactOf, publisher } from './channels.ts'
import { logLine } from './log-line.ts'
import { type Logger, silentLogger } from './logger.ts'
import { countInto, METRICS, type Metrics, noMetrics } from './metrics.ts'

export type FactListener<K extends FactKind = FactKind> = (fact: FactOf<K>) => unknown

export interface Recorder {
  record(fact: Fact): void
  /** Calls back with each fact of a kind, or with every fact (`*`); the returned function stops it. */
  on<K extends FactKind>(kind: K | '*', listener: FactListener<K>): () => void
}

export interface RecorderOptions {
  /** @default silent */
  readonly logger?: Logger
  /** @default none */
  readonly metrics?: Metrics
}

type AnyListener = (fact: Fact) => unknown

export function createRecorder({ logger = silentLogger, metrics = noMetrics }: RecorderOptions = {}): Recorder {
  const listeners = new Map<FactKind | '*', Set<AnyListener>>()
  const errors = metrics.counter(METRICS.listenerErrors)

  function complain(error: unknown, kind: FactKind): void {
    try {
      errors.add(1)
      logger.error({ fact: kind, err: error }, 'a listener threw; delivery goes on')
    } catch {
      // The logger itself is what threw: there is nobody left to tell.
    }
  }

  function tell(view: AnyListener, fact: Fact): void {
    try {
      const result = view(fact)
      if (result instanceof Promise) result.catch((error: unknown) => complain(error, fact.kind))
    } catch (error) {
      complain(error, fact.kind)
    }
  }

  const views: AnyListener[] = [publisher()]
  if (metrics !== noMetrics) views.push(countInto(metrics))
  if (logger !== silentLogger) views.push(fact => log(logger, fact))

  return {
    record(fact) {
      for (const view of views) tell(view, fact)
      if (listeners.size === 0) return
      for (const listener of listeners.get(fact.kind) ?? []) tell(listener, fact)
      for (const listener of listeners.get('*') ?? []) tell(listener, fact)
    },
    on(kind, listener) {
      const added = listener as AnyListener
      const known = listeners.get(kind) ?? new Set()
      listeners.set(kind, known.add(added))
      return () => {
        known.delete(added)
        if (known.size === 0 && listeners.get(kind) === known) listeners.delete(kind)
      }
    },
  }
}

function log(logger: Logger, fact: Fact): void {
  const { level, fields, message } = logLine(fact)
  logger[level](fields, message)
}
