/** 繁體中文（台灣）: sentences that are kept with a message, an address or a mail site. */
import type { Translation } from '../english.ts'

export const kept: Translation['kept'] = {
  'warm-up.source': '{site} 目前每天只收來自 {name} 的 {cap} 位收件者，今天已用 {used} 位',
  'warm-up.sender': '{site} 目前每天只收寄件網域 {name} 的 {cap} 位收件者，今天已用 {used} 位',
  complained: '收件者把先前的郵件標為垃圾郵件（{feedback}）',
  unsubscribed: '收件者已取消訂閱',
  listed: '地址在停寄名單上',
  'listed-because': '地址在停寄名單上：{note}',
  said: '{why}；對方說：{reply}',
  'held-over-http': '透過 HTTP 保留',
}
