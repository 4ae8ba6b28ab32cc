/** 繁體中文（台灣）: demands. */
import type { Translation } from '../english.ts'

export const demands: Translation['demands'] = {
  ptr: '每個位址都有反解並能查回，IPv6 亦同',
  'spf-and-dkim': 'SPF 與 DKIM 都通過',
  dmarc: '有 DMARC 記錄，From 一致',
  tls: '每次投遞都用 TLS',
  form: '符合 RFC 5322 格式、只有一位作者：每封郵件寄出時檢查',
  unsubscribe: '行銷郵件提供一鍵取消訂閱（RFC 8058）',
  'not-listed': '不在黑名單上',
  'spf-or-dkim': 'SPF 或 DKIM 通過（所有寄件者）',
  'spf-and-dkim-bulk': 'SPF 與 DKIM 都通過（每日 5,000 封以上）',
  'dmarc-bulk': '有 DMARC 記錄，From 一致（每日 5,000 封以上）',
  'key-length': 'DKIM 金鑰 1024 位元，最好 2048',
  'spam-rate-postmaster-tools': '垃圾郵件比率低於 0.3 %，最好低於 0.1 %：見 Postmaster Tools',
  'ptr-not-generic': '反解不是通用名稱，並能查回',
  'soa-and-mx': '寄件網域有 SOA 與郵件主機',
  'spam-rate-feedback-loop': '垃圾郵件比率低於 0.3 %：見 Complaint Feedback Loop',
  'few-complaints': '檢舉少：見 SNDS 與 JMRP',
  'unsubscribe-advised': '提供取消訂閱的方式（建議）',
  'few-a-day': '起初每個位址每天只寄少量',
  'few-a-connection': '每條連線只寄少量',
  'unsubscribe-bulk': '行銷郵件提供一鍵取消訂閱（RFC 8058）（每日 5,000 封以上）',
  'unsubscribe-in-2-days': '行銷郵件提供一鍵取消訂閱（RFC 8058），2 天內生效',
}
