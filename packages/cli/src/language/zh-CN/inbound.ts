/** 简体中文: inbound. */
import type { Translation } from '../english.ts'

export const inbound: Translation['inbound'] = {
  'no-domain': '没有设置 returnPath.domain，所以没有邮件会回到我们的地址',
  to: '经由 MX 发一封自动回复到 {to}：',
  'step.mx': 'MX',
  'step.connection': '连接',
  'step.tls': 'TLS',
  'step.answer': '响应',
  'step.record': '记录',
  'mx.fix': '发布 `postrider dns` 打印的记录',
  'connection.fix':
    '让中继主机在那里监听（relay.inbound.listen: 0.0.0.0:25），并让 25 端口能连到；有些网络无法从内部连回自己的公网地址，请改从别处测试',
  'tls.none': '没有：邮件以明文传送',
  'tls.unverified': '{protocol}，但证书无法证明身份：{problem}',
  'tls.fix': '给中继主机一张涵盖其 MX 名称的证书（relay.acme、relay.certificates）',
  'tls.offer.fix': '让中继主机在那里提供 STARTTLS（relay.inbound.listen: 0.0.0.0:25/starttls），并使用正常的证书',
  'tls.dane.fix': '按 `postrider dns` 打印的内容，发布那里所用证书的 TLSA 记录，或移除旧的记录',
  'tls.policy.fix': '在此域名的 MTA-STS 策略中列出 MX 的主机，或让 MX 指向策略列出的主机；`postrider dns` 会打印两者',
  'answer.fix':
    'MX 的主机要是 returnPath.domain 与 returnPath.keys 相同的中继主机，或把收到的邮件交给 `postrider report`',
  'record.found': '已记在 {id} 的经过：由地址证明的自动回复（{what}）',
  'record.missing': '对方已收下，但不在这个队列',
  'record.fix': '让收下的中继主机使用这个队列，或查看它的日志：另一台有相同的密钥，或收下后没有读取',
}
