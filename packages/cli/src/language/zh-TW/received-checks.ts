/** 繁體中文（台灣）: received-checks. */
import type { Translation } from '../english.ts'

export const receivedChecks: Translation['received-checks'] = {
  'received.spf.title': 'SPF 在收件端通過',
  'received.spf.why': '它顯示收件端看到的位址；轉寄會使 SPF 失效，因此還需要 DKIM。',
  'received.dkim.title': 'DKIM 簽章在收件端通過',
  'received.dkim.why': '在那裡失敗的簽章，不是途中遭修改，就是金鑰與發布的不同。',
  'received.dmarc.title': 'DMARC 在收件端通過',
  'received.dmarc.why': '收件端依它處理：沒有通過就套用網域的政策。',
  'received.tls.title': '郵件以 TLS 交付',
  'received.tls.why': '沒有用 TLS 的郵件，Gmail 會標示，途中任何人都讀得到。',
  'received.arc.title': '轉寄者保留了先前的判定',
  'received.arc.why': '有 ARC（RFC 8617），收件端可以採信郵件論壇修改之前的結果。',
  'received.spam.title': '收件端的過濾器沒有判為垃圾郵件',
  'received.spam.why': '郵件通過所有檢查，仍可能因內容或寄件者信譽歸入垃圾郵件。',
  'received.delay.title': '沒有延遲',
  'received.delay.why': '在某一台停留很久，是灰名單、佇列壅塞或時鐘不準。',
}
