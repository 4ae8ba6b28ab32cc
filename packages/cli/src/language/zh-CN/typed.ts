/** 简体中文: typed. */
import type { Translation } from '../english.ts'

export const typed: Translation['typed'] = {
  'unknown-command': '没有“{name}”这个命令',
  'unknown-option': '没有“{name}”这个选项',
  'no-argument': '缺少参数“{name}”',
  'no-value': '选项“{name}”没有给值',
  'too-many': '参数太多：应为 {expected} 个，给了 {found} 个',
  meant: '（是不是 {names}？）',
}
