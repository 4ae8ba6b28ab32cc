/** Files: what the system says of a file or folder, by its code of errno, and what to do about it. */
import { inLanguage, type Say, speaker } from '@postrider/core/language'

export const FILE_PROBLEMS = {
  ENOENT: {
    problem: 'there is no such file or folder',
    fix: 'check the path; a relative one begins in the current folder',
  },
  EACCES: {
    problem: 'this user may not',
    fix: 'run it as the user that owns it, or change its owner or mode (chown, chmod)',
  },
  EPERM: {
    problem: 'the system does not permit it',
    fix: 'run it as the user that owns it, or look whether it is immutable (lsattr)',
  },
  EISDIR: { problem: 'it is a folder', fix: 'name a file' },
  ENOTDIR: { problem: 'a part of the path is no folder', fix: 'check the path' },
  EEXIST: { problem: 'it is there already', fix: 'choose another name, or move what is there away' },
  EROFS: { problem: 'the file system is read-only', fix: 'choose a folder that can be written to' },
  ENOSPC: { problem: 'the disk is full', fix: 'make room there, or choose another disk' },
  EDQUOT: { problem: 'the quota of this user is used up', fix: 'make room there, or choose another disk' },
  EMFILE: { problem: 'too many files are open', fix: 'raise the limit (ulimit -n)' },
} as const

export const FILE_TEXTS = {
  'a-file': 'a file',
  'cannot-be-opened': '{what} cannot be opened: {why} ({code})',
  'cannot-be-written': '{what} cannot be written: {why} ({code})',
} as const

export const say: Say<typeof FILE_TEXTS> = speaker(FILE_TEXTS)

/** In the language of this process. */
export function fileProblemText(code: keyof typeof FILE_PROBLEMS): { readonly problem: string; readonly fix: string } {
  const { problem, fix } = FILE_PROBLEMS[code]
  return {
    problem: inLanguage(FILE_PROBLEMS, `${code}.problem`, problem),
    fix: inLanguage(FILE_PROBLEMS, `${code}.fix`, fix),
  }
}
