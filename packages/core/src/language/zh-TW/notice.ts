/** 繁體中文（台灣）: notices to senders. */
import type { Translation } from '../english.ts'

export const notice: Translation['notice'] = {
  'subject.failure': '您的郵件無法投遞',
  'subject.delay': '您的郵件延後投遞',
  'subject.success': '您的郵件已交給對方主機',
  hello: '這是 {hostname} 的郵件系統。',
  'opening.failure': '您在 {date} 寄出的郵件，無法投遞給下列 {count} 位收件者，不會再重試。',
  'opening.delay': '您在 {date} 寄出的郵件，還沒有投遞給下列 {count} 位收件者。不需要再寄一次。',
  'opening.success': '您在 {date} 寄出的郵件，已由下列 {count} 位收件者的郵件主機收下。該主機不會自己寄出確認。',
  'closing.failure': '附上給郵件系統看的細節與您郵件的標頭。編號：{id}。',
  'closing.delay': '會繼續重試到 {date}。到時仍無法投遞，會再通知您。編號：{id}。',
  'closing.success': '編號：{id}。',
  reason: '原因：{text}',
  'reason.too-late': '原因：期限內無法投遞。最後一次：{text}',
  seen: '情形：{text}',
  said: '對方主機的回覆：{text}',
  'said-by': '主機 {host} 的回覆：{text}',
  'advice.recipient': '該怎麼做：檢查位址有沒有打錯，或用別的方式聯絡收件者。',
  'advice.message': '該怎麼做：修改郵件（大小、連結或附件）後再寄一次。',
  'advice.host': '該怎麼做：稍後再寄。一直如此的話，把這封通知交給郵件管理員。',
  'advice.domain': '該怎麼做：檢查位址 @ 後面的部分。沒有錯的話，把這封通知交給郵件管理員。',
  'advice.postmaster': '該怎麼做：把這封通知交給郵件管理員，問題不在您的郵件。',
}
