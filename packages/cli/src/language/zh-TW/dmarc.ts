/** 繁體中文（台灣）: dmarc. */
import type { Translation } from '../english.ts'

export const dmarc: Translation['dmarc'] = {
  'dmarc.none': '還沒有我們網域的報告：報告寄到 DMARC 記錄的 rua= 位址',
  'dmarc.domain': '{domain}（p={policy}）：{days} 天、{reports} 份報告、{messages} 封；一致 {share}，我們的位址 {ours}',
  'dmarc.reporter': '  {reporter} 看到 {messages} 封；一致 {share}，我們的位址 {ours}',
  'dmarc.source.ours': '  來自 {source}（我們的）：{messages} 封；一致 {share}；{reporters} 家看到',
  'dmarc.source.forwarder': '  來自 {source}（轉寄已簽章的郵件）：{messages} 封；一致 {share}；{reporters} 家看到',
  'dmarc.source.stranger': '  來自 {source}（不明）：{messages} 封；一致 {share}；{reporters} 家看到',
  'dmarc.others': '其他',
  'dmarc.advice.wait': '  下一步：等待；有兩週的報告才提高政策',
  'dmarc.advice.mend': '  下一步：我們自己的位址寄出的郵件失敗；先執行 `postrider doctor {domain}` 查明原因',
  'dmarc.advice.name': '  下一步：查明不明來源；代您寄信的服務要加 SPF 或 DKIM 金鑰，冒名者不必處理',
  'dmarc.advice.raise': '  下一步：提高政策：`postrider dns {domain} --dmarc {next}`',
  'dmarc.advice.stay': '  下一步：不必處理；冒名郵件會被拒收',
  'dmarc.wanted': '兩週的報告中 98 % 一致',
}
