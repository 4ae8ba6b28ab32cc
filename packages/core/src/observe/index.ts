/** Observe: how the house is seen from outside. */
export { createTranscript, type Transcript, type TranscriptLine, type TranscriptOptions } from './transcript.ts'
