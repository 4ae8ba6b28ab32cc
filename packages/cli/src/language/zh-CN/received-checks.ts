/** 简体中文: received-checks. */
import type { Translation } from '../english.ts'

export const receivedChecks: Translation['received-checks'] = {
  'received.spf.title': 'SPF 在收件方通过',
  'received.spf.why': '它显示收件方看到的地址；转发会使 SPF 失效，因此还需要 DKIM。',
  'received.dkim.title': 'DKIM 签名在收件方通过',
  'received.dkim.why': '在那里失败的签名，不是途中被修改，就是密钥与发布的不同。',
  'received.dmarc.title': 'DMARC 在收件方通过',
  'received.dmarc.why': '收件方按它处理：没有通过就套用域名的策略。',
  'received.tls.title': '邮件用 TLS 交付',
  'received.tls.why': '没有用 TLS 的邮件，Gmail 会标出，途中任何人都能读到。',
  'received.arc.title': '转发者保留了此前的判定',
  'received.arc.why': '有 ARC（RFC 8617），收件方可以采信邮件列表修改之前的结果。',
  'received.spam.title': '收件方的过滤器没有判为垃圾邮件',
  'received.spam.why': '邮件通过所有检查，仍可能因内容或发件人信誉进垃圾箱。',
  'received.delay.title': '没有延迟',
  'received.delay.why': '在某一台停留很久，是灰名单、队列拥堵或时钟不准。',
}
