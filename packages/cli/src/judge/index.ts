/** Door of judge/: what the header of a received copy tells. */
export { RECEIVED_CHECKS, type ReceivedCheckId } from '../language/received-checks.ts'
export { type Judged, type JudgedLevel, type Judgement, judgeHeaders } from './judge.ts'
