/** 简体中文: dmarc. */
import type { Translation } from '../english.ts'

export const dmarc: Translation['dmarc'] = {
  'dmarc.none': '还没有我们域名的报告：报告发到 DMARC 记录的 rua= 地址',
  'dmarc.domain': '{domain}（p={policy}）：{days} 天、{reports} 份报告、{messages} 封；对齐 {share}，我们的地址 {ours}',
  'dmarc.reporter': '  {reporter} 看到 {messages} 封；对齐 {share}，我们的地址 {ours}',
  'dmarc.source.ours': '  来自 {source}（我们的）：{messages} 封；对齐 {share}；{reporters} 家看到',
  'dmarc.source.forwarder': '  来自 {source}（转发已签名的邮件）：{messages} 封；对齐 {share}；{reporters} 家看到',
  'dmarc.source.stranger': '  来自 {source}（不明）：{messages} 封；对齐 {share}；{reporters} 家看到',
  'dmarc.others': '其他',
  'dmarc.advice.wait': '  下一步：等待；有两周的报告才提高策略',
  'dmarc.advice.mend': '  下一步：我们自己的地址发出的邮件失败；先运行 `postrider doctor {domain}` 查明原因',
  'dmarc.advice.name': '  下一步：查明不明来源；代您发信的服务要加 SPF 或 DKIM 密钥，冒名者不必处理',
  'dmarc.advice.raise': '  下一步：提高策略：`postrider dns {domain} --dmarc {next}`',
  'dmarc.advice.stay': '  下一步：不必处理；冒名邮件会被拒收',
  'dmarc.wanted': '两周的报告中 98 % 对齐',
}
