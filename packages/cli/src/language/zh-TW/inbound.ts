/** 繁體中文（台灣）: inbound. */
import type { Translation } from '../english.ts'

export const inbound: Translation['inbound'] = {
  'no-domain': '沒有設定 returnPath.domain，所以沒有郵件會回到我們的位址',
  to: '經由 MX 寄一封自動回覆到 {to}：',
  'step.mx': 'MX',
  'step.connection': '連線',
  'step.tls': 'TLS',
  'step.answer': '回應',
  'step.record': '紀錄',
  'mx.fix': '發布 `postrider dns` 印出的記錄',
  'connection.fix':
    '讓轉信主機在那裡監聽（relay.inbound.listen: 0.0.0.0:25），並讓 25 埠連得到；有些網路無法從內部連回自己的公開位址，請改從別處測試',
  'tls.none': '沒有：郵件以明文傳送',
  'tls.unverified': '{protocol}，但憑證無法證明身分：{problem}',
  'tls.fix': '給轉信主機一張涵蓋其 MX 名稱的憑證（relay.acme、relay.certificates）',
  'tls.offer.fix': '讓轉信主機在那裡提供 STARTTLS（relay.inbound.listen: 0.0.0.0:25/starttls），並使用正常的憑證',
  'tls.dane.fix': '依 `postrider dns` 印出的內容，發布那裡所用憑證的 TLSA 記錄，或移除舊的記錄',
  'tls.policy.fix': '在這個網域的 MTA-STS 政策列出 MX 的主機，或讓 MX 指向政策列出的主機；`postrider dns` 會印出兩者',
  'answer.fix':
    'MX 的主機要是 returnPath.domain 與 returnPath.keys 相同的轉信主機，或把收到的郵件交給 `postrider report`',
  'record.found': '已記在 {id} 的經過：由位址證明的自動回覆（{what}）',
  'record.missing': '對方已收下，但不在這個佇列',
  'record.fix': '讓收下的轉信主機使用這個佇列，或查看它的日誌：另一台有相同的金鑰，或收下後沒有讀取',
}
