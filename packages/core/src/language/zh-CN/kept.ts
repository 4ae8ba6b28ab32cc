/** 简体中文（中国大陆）: sentences that are kept with a message, an address or a mail site. */
import type { Translation } from '../english.ts'

export const kept: Translation['kept'] = {
  'warm-up.source': '{site} 目前每天只接收来自 {name} 的 {cap} 位收件人，今天已用 {used} 位',
  'warm-up.sender': '{site} 目前每天只接收发件域名 {name} 的 {cap} 位收件人，今天已用 {used} 位',
  complained: '收件人把先前的邮件标为垃圾邮件（{feedback}）',
  unsubscribed: '收件人已退订',
  listed: '地址在停发名单上',
  'listed-because': '地址在停发名单上：{note}',
  said: '{why}；对方说：{reply}',
  'held-over-http': '通过 HTTP 保留',
}
