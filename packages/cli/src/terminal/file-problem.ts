/**
 * FileProblem: what the system says of a file or a folder, as a sentence and what to do about it.
 *
 * Policy. Whether a program could read or could not write decides the exit code, as sysexits(3) has it.
 *
 * Not here: files that options name, which core reports with their place in the configuration.
 */
import { FILE_PROBLEMS, fileProblemText, say } from '../language/files.ts'
import { EXIT, type ExitCode } from './exit-code.ts'

export interface FileProblem {
  readonly problem: string
  readonly fix: string
  readonly exit: ExitCode
}

const READING: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'EMFILE'])
/** System calls that make something: they cannot fail for want of input. */
const MAKING: ReadonlySet<string> = new Set(['mkdir', 'mkdtemp', 'write', 'rename', 'link', 'copyfile', 'unlink'])

/** Undefined when it is no error of the system about a file. */
export function fileProblem(error: unknown): FileProblem | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall = '', path } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === '' || !(code in FILE_PROBLEMS)) return undefined
  const { problem, fix } = fileProblemText(code as keyof typeof FILE_PROBLEMS)
  const reads = READING.has(code) && !MAKING.has(syscall)
  const what = path ?? say('a-file')
  return {
    problem: say(reads ? 'cannot-be-opened' : 'cannot-be-written', { what, why: problem, code }),
    fix,
    exit: reads ? EXIT.noInput : EXIT.cannotCreate,
  }
}
