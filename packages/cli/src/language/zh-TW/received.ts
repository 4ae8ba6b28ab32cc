/** 繁體中文（台灣）: received. */
import type { Translation } from '../english.ts'

export const received: Translation['received'] = {
  'received.dkim.wanted.from': 'From 網域',
  'received.dkim.fix.sign': '以 {from} 的金鑰簽署：postrider keygen {from}',
  'received.dkim.fix.changed': 'postrider doctor {from} --only dkim；若全部通過，表示郵件在途中遭到修改',
  'received.found.no-results': '沒有 Authentication-Results 欄位；請貼上整個標頭（「顯示原始郵件」）',
  'received.found.not-told': '{receiver} 的 Authentication-Results 沒有說明',
  'received.the-receiver': '收件端',
  'received.tls.wanted': '到收件端的這一段使用 TLS 1.2 或 1.3',
  'received.tls.found.none': 'Received 欄位都沒有說明',
  'received.tls.found': '從 {from} 到 {by}，使用 {protocol}，TLS：{tls}',
  'received.tls.no-protocol': '不明的協定',
  'received.arc.found': '{sets} 組 ARC（{chain}），鏈結 {cv}{verdict}',
  'received.arc.wanted': '沒有轉寄，或鏈結完整',
  'received.spam.wanted': '不是垃圾郵件',
  'received.spam.fix': '先執行 postrider doctor；再檢查內容：連結、只有圖片沒有文字、誇張的主旨；起初少量寄送',
  'received.delay.found': '從第一台主機到最後一台共 {total} 秒，等最久的是 {host} 之前',
  'received.delay.fix': 'postrider explain 編號，會說明收件端每次的回覆',
  'received.delay.wanted': '數秒',
  'spam.level': '垃圾郵件可信度 {level}',
  'spam.no-level': '無',
  'spam.level-and-category': '垃圾郵件可信度 {level}，類別 {category}（{meaning}）',
  'spam.other-category': '其他',
  'spam.moved': '已移到 {folder}',
}
