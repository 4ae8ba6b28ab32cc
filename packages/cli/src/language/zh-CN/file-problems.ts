/** 简体中文: file-problems. */
import type { Translation } from '../english.ts'

export const fileProblems: Translation['file-problems'] = {
  'ENOENT.problem': '没有这个文件或目录',
  'ENOENT.fix': '检查路径；相对路径从当前目录算起',
  'EACCES.problem': '这个用户没有权限',
  'EACCES.fix': '以文件所有者运行，或修改所有者或权限（chown、chmod）',
  'EPERM.problem': '系统不允许',
  'EPERM.fix': '以文件所有者运行，或检查是否设为不可更改（lsattr）',
  'EISDIR.problem': '这是目录',
  'EISDIR.fix': '请指定文件',
  'ENOTDIR.problem': '路径中有一段不是目录',
  'ENOTDIR.fix': '检查路径',
  'EEXIST.problem': '已经存在',
  'EEXIST.fix': '换一个名称，或移走现有的',
  'EROFS.problem': '文件系统是只读的',
  'EROFS.fix': '选择可写入的目录',
  'ENOSPC.problem': '磁盘已满',
  'ENOSPC.fix': '清出空间，或换一个磁盘',
  'EDQUOT.problem': '这个用户的配额已用完',
  'EDQUOT.fix': '清出空间，或换一个磁盘',
  'EMFILE.problem': '打开的文件太多',
  'EMFILE.fix': '提高上限（ulimit -n）',
}
