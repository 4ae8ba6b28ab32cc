/** 简体中文: demands. */
import type { Translation } from '../english.ts'

export const demands: Translation['demands'] = {
  ptr: '每个地址都有反向解析并能查回，IPv6 也一样',
  'spf-and-dkim': 'SPF 和 DKIM 都通过',
  dmarc: '有 DMARC 记录，From 对齐',
  tls: '每次投递都用 TLS',
  form: '符合 RFC 5322 格式、只有一位作者：每封邮件发出时检查',
  unsubscribe: '营销邮件提供一键退订（RFC 8058）',
  'not-listed': '不在黑名单上',
  'spf-or-dkim': 'SPF 或 DKIM 通过（所有发件人）',
  'spf-and-dkim-bulk': 'SPF 和 DKIM 都通过（每天 5,000 封以上）',
  'dmarc-bulk': '有 DMARC 记录，From 对齐（每天 5,000 封以上）',
  'key-length': 'DKIM 密钥 1024 位，最好 2048',
  'spam-rate-postmaster-tools': '垃圾邮件率低于 0.3 %，最好低于 0.1 %：见 Postmaster Tools',
  'ptr-not-generic': '反向解析不是通用名称，并能查回',
  'soa-and-mx': '发件域名有 SOA 和邮件服务器',
  'spam-rate-feedback-loop': '垃圾邮件率低于 0.3 %：见 Complaint Feedback Loop',
  'few-complaints': '投诉少：见 SNDS 和 JMRP',
  'unsubscribe-advised': '提供退订方式（建议）',
  'few-a-day': '起初每个地址每天只发少量',
  'few-a-connection': '每个连接只发少量',
  'unsubscribe-bulk': '营销邮件提供一键退订（RFC 8058）（每天 5,000 封以上）',
  'unsubscribe-in-2-days': '营销邮件提供一键退订（RFC 8058），2 天内生效',
}
