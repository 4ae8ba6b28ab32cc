export { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts'
export { type FileProblem, fileProblem } from './file-problem.ts'
export { hang } from './hang.ts'
export {
  askSecret,
  askText,
  askWhether,
  type Progress,
  paint,
  type Style,
  startProgress,
  type Terminal,
} from './human.ts'
export { writeJson } from './json.ts'
export { duration, moment, table } from './table.ts'
