/**
 * FileProblem: what the system says of a file or a folder, as a sentence and what to do about it.
 *
 * Policy. Whether a program could read or could not write decides the exit code, as sysexits(3) has it.
 *
 * Not here: files that options name, which core reports with their place in the configuration.
 */
import { EXIT, type ExitCode } from './exit-code.ts'

export interface FileProblem {
  readonly problem: string
  readonly fix: string
  readonly exit: ExitCode
}

const SAYS: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
  ENOENT: ['there is no such file or folder', 'check the path; a relative one begins in the current folder'],
  EACCES: ['this user may not', 'run it as the user that owns it, or change its owner or mode (chown, chmod)'],
  EPERM: ['the system does not permit it', 'run it as the user that owns it, or look whether it is immutable (lsattr)'],
  EISDIR: ['it is a folder', 'name a file'],
  ENOTDIR: ['a part of the path is no folder', 'check the path'],
  EEXIST: ['it is there already', 'choose another name, or move what is there away'],
  EROFS: ['the file system is read-only', 'choose a folder that can be written to'],
  ENOSPC: ['the disk is full', 'make room there, or choose another disk'],
  EDQUOT: ['the quota of this user is used up', 'make room there, or choose another disk'],
  EMFILE: ['too many files are open', 'raise the limit (ulimit -n)'],
}

const READING: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'EMFILE'])
/** System calls that make something: they cannot fail for want of input. */
const MAKING: ReadonlySet<string> = new Set(['mkdir', 'mkdtemp', 'write', 'rename', 'link', 'copyfile', 'unlink'])

/** Undefined when it is no error of the system about a file. */
export function fileProblem(error: unknown): FileProblem | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall = '', path } = error as NodeJS.ErrnoException
  const says = code === undefined ? undefined : SAYS[code]
  if (code === undefined || says === undefined || syscall === '') return undefined
  const [why, fix] = says
  const reads = READING.has(code) && !MAKING.has(syscall)
  const what = path ?? 'a file'
  return {
    problem: `${what} cannot be ${reads ? 'opened' : 'written'}: ${why} (${code})`,
    fix,
    exit: reads ? EXIT.noInput : EXIT.cannotCreate,
  }
}
