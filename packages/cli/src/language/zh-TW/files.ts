/** 繁體中文（台灣）: files. */
import type { Translation } from '../english.ts'

export const files: Translation['files'] = {
  'a-file': '檔案',
  'cannot-be-opened': '無法開啟 {what}：{why}（{code}）',
  'cannot-be-written': '無法寫入 {what}：{why}（{code}）',
}
