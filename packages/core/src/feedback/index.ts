export { type FeedbackReport, readFeedback } from './read.ts'
export { type Traces, tracesOf } from './traces.ts'
