/** 繁體中文（台灣）: remedies. */
import type { Translation } from '../english.ts'

export const remedies: Translation['remedies'] = {
  'spf.covers-egress': '為信封寄件者的網域發布涵蓋寄信位址的 SPF 記錄。',
  'dkim.matches': '發布簽章金鑰的 DKIM 記錄。',
  'dmarc.exists': '為 From 網域發布 DMARC 記錄。',
  'dmarc.alignment': '讓 SPF 或 DKIM 以 From 網域本身通過。',
  'host.ptr-confirmed': '為寄信位址設定能查回原位址的反解（PTR）。',
  'host.ptr-generic': '改用不在動態或通用範圍的位址，或由上游轉信主機寄出。',
  'host.resolves': 'HELO 使用存在且指向寄信位址的名稱。',
  'tls.offered': '對這家業者使用 TLS。',
  'domain.exists': '讓寄件網域有 MX 或位址記錄與 SOA，且不是 null MX。',
  'reputation.dnsbl': '在黑名單查詢寄信位址與網域，排除原因後申請移除。',
  'reputation.provider': '在業者的工具查看信譽；少寄一些，只寄給想收的人。',
  'reputation.url': '在黑名單查詢郵件中連結的網域。',
  'volume.warm-up': '一次少寄一些，慢慢增加寄信量（暖機）。',
  'message.lint': '修正郵件格式：一個 From、一個 Message-ID、標頭不重複、MIME 正確。',
  'message.content': '修改內容：附件、連結或用語遭拒。',
  'message.size': '不要附大檔，改寄連結。',
  'egress.address': '檢查寄信所用的本機位址。',
  'egress.port-25': '確認對外的 25 埠已開放，或由上游轉信主機寄出。',
  'egress.families': '讓本機能以收件端的位址種類（IPv4 或 IPv6）寄信。',
  'route.login': '檢查上游轉信主機的使用者名稱、密碼與登入方式。',
  'route.loop': '檢查 MX 記錄與路由：寄往這個網域的郵件又回到原處。',
  'dns.resolver': '檢查本機使用的 DNS 伺服器。',
}
