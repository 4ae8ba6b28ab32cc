/** Observe: how the house is seen from outside. What channels, levels and metrics are called is imported from their files. */
export type { FactOf } from './channels.ts'
export type { LogFields, Logger, LogLevel } from './logger.ts'
export type { Metrics } from './metrics.ts'
export { createRecorder, type FactListener, type Recorder, type RecorderOptions } from './recorder.ts'
export { type StoryEntry, type StoryLine, tellStory } from './story.ts'
export { createTranscript, type Transcript, type TranscriptLine, type TranscriptOptions } from './transcript.ts'
