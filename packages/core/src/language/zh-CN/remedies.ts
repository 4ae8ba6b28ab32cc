/** 简体中文: remedies. */
import type { Translation } from '../english.ts'

export const remedies: Translation['remedies'] = {
  'spf.covers-egress': '为信封发件人的域名发布覆盖发信地址的 SPF 记录。',
  'dkim.matches': '发布签名密钥的 DKIM 记录。',
  'dmarc.exists': '为 From 域名发布 DMARC 记录。',
  'dmarc.alignment': '让 SPF 或 DKIM 以 From 域名本身通过。',
  'host.ptr-confirmed': '为发信地址设置能查回原地址的反向解析（PTR）。',
  'host.ptr-generic': '改用不在动态或通用地址段的地址，或经上游中继发出。',
  'host.resolves': 'HELO 使用存在且指向发信地址的名称。',
  'tls.offered': '对这家服务商使用 TLS。',
  'domain.exists': '让发件域名有 MX 或地址记录和 SOA，且不是 null MX。',
  'reputation.dnsbl': '在黑名单查询发信地址和域名，排除原因后申请移除。',
  'reputation.provider': '在服务商的工具里查看信誉；少发一些，只发给想收的人。',
  'reputation.url': '在黑名单查询邮件中链接的域名。',
  'volume.warm-up': '一次少发一些，慢慢增加发信量（预热）。',
  'message.lint': '修正邮件格式：一个 From、一个 Message-ID、邮件头不重复、MIME 正确。',
  'message.content': '修改内容：附件、链接或用语被拒。',
  'message.size': '不要附大文件，改发链接。',
  'egress.address': '检查发信所用的本机地址。',
  'egress.port-25': '确认对外的 25 端口已开放，或经上游中继发出。',
  'egress.families': '让本机能用收件方的地址类型（IPv4 或 IPv6）发信。',
  'route.login': '检查上游中继的用户名、密码和登录方式。',
  'route.loop': '检查 MX 记录和路由：发往这个域名的邮件又回到原处。',
  'dns.resolver': '检查本机使用的 DNS 服务器。',
}
