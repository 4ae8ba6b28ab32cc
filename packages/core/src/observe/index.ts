/** Observe: how the house is seen from outside. */
export { type ChannelName, channelName, type FactOf } from './channels.ts'
export { FACT_LEVELS } from './log-line.ts'
export type { LogFields, Logger, LogLevel } from './logger.ts'
export {
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  METRICS,
  type MetricDescription,
  type Metrics,
} from './metrics.ts'
export { createRecorder, type FactListener, type Recorder, type RecorderOptions } from './recorder.ts'
export { type StoryEntry, type StoryLine, tellStory } from './story.ts'
export { createTranscript, type Transcript, type TranscriptLine, type TranscriptOptions } from './transcript.ts'
