/** 简体中文: received. */
import type { Translation } from '../english.ts'

export const received: Translation['received'] = {
  'received.dkim.wanted.from': 'From 域名',
  'received.dkim.fix.sign': '用 {from} 的密钥签名：postrider keygen {from}',
  'received.dkim.fix.changed': 'postrider doctor {from} --only dkim；若全部通过，说明邮件在途中被修改',
  'received.found.no-results': '没有 Authentication-Results 字段；请粘贴整个邮件头（“显示原文”）',
  'received.found.not-told': '{receiver} 的 Authentication-Results 没有说明',
  'received.the-receiver': '收件方',
  'received.tls.wanted': '到收件方的这一段使用 TLS 1.2 或 1.3',
  'received.tls.found.none': 'Received 字段都没有说明',
  'received.tls.found': '从 {from} 到 {by}，使用 {protocol}，TLS：{tls}',
  'received.tls.no-protocol': '未知协议',
  'received.arc.found': '{sets} 组 ARC（{chain}），链 {cv}{verdict}',
  'received.arc.wanted': '没有转发，或链完整',
  'received.spam.wanted': '不是垃圾邮件',
  'received.spam.fix': '先运行 postrider doctor；再检查内容：链接、只有图片没有文字、夸张的主题；起初少量发送',
  'received.delay.found': '从第一台服务器到最后一台共 {total} 秒，等得最久的是 {host} 之前',
  'received.delay.fix': 'postrider explain 编号，会说明收件方每次的回复',
  'received.delay.wanted': '数秒',
  'spam.level': '垃圾邮件可信度 {level}',
  'spam.no-level': '无',
  'spam.level-and-category': '垃圾邮件可信度 {level}，类别 {category}（{meaning}）',
  'spam.other-category': '其他',
  'spam.moved': '已移到 {folder}',
}
