/** 简体中文: files. */
import type { Translation } from '../english.ts'

export const files: Translation['files'] = {
  'a-file': '文件',
  'cannot-be-opened': '无法打开 {what}：{why}（{code}）',
  'cannot-be-written': '无法写入 {what}：{why}（{code}）',
}
