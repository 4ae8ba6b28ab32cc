/** 繁體中文（台灣）: typed. */
import type { Translation } from '../english.ts'

export const typed: Translation['typed'] = {
  'unknown-command': '沒有「{name}」這個命令',
  'unknown-option': '沒有「{name}」這個選項',
  'no-argument': '缺少參數「{name}」',
  'no-value': '選項「{name}」沒有給值',
  'too-many': '參數太多：應為 {expected} 個，給了 {found} 個',
  meant: '（是不是 {names}？）',
}
