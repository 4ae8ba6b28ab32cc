/**
 * Questions: what people ask first, in their words and their language, and the page that has to be among the first answers of the
 * site's own search.
 *
 * Policy. What users of other libraries ask is asked in each language, in the same order.
 */

interface Question {
  readonly asked: string
  /** As the site has it. */
  readonly page: string
}

/**
 * What users of other libraries ask, in this order: retries, modules and types, direct delivery, batches, templates, no service needed, a
 * service for the last hop, any app, headers and schedules, other runtimes.
 */
export const OF_OTHERS: Readonly<Record<'en' | 'zh-TW' | 'zh-CN', readonly Question[]>> = {
  en: [
    { asked: 'does it retry and queue', page: '/guides/app.html' },
    { asked: 'ESM types require', page: '/guides/app.html' },
    { asked: 'deliver directly without a service, why it did not arrive', page: '/guides/app.html' },
    { asked: 'batch with attachments', page: '/guides/app.html' },
    { asked: 'React templates MJML', page: '/guides/app.html' },
    { asked: 'self-hosted without Resend or SES', page: '/guides/app.html' },
    { asked: 'relay through SES but keep queue, suppressions and webhooks', page: '/guides/port-25.html' },
    { asked: 'SMTP submission for any app', page: '/guides/app.html' },
    { asked: 'List-Unsubscribe custom headers schedule', page: '/guides/app.html' },
    { asked: 'Bun or Deno', page: '/guides/runtimes.html' },
  ],
  'zh-TW': [
    { asked: '會重試、有佇列嗎', page: '/zh-TW/guides/app.html' },
    { asked: 'ESM 型別', page: '/zh-TW/guides/app.html' },
    { asked: '不用寄信服務直接投遞，收不到說明原因', page: '/zh-TW/guides/app.html' },
    { asked: '批次寄信 附件', page: '/zh-TW/guides/app.html' },
    { asked: 'React 範本', page: '/zh-TW/guides/app.html' },
    { asked: '不需要 Resend 或 SES', page: '/zh-TW/guides/app.html' },
    { asked: '由 SES 轉信，佇列與停寄名單留著', page: '/zh-TW/guides/port-25.html' },
    { asked: '其他程式用 SMTP 寄信', page: '/zh-TW/guides/app.html' },
    { asked: '取消訂閱 自訂標頭 排程', page: '/zh-TW/guides/app.html' },
    { asked: 'Bun Deno', page: '/zh-TW/guides/runtimes.html' },
  ],
  'zh-CN': [
    { asked: '会重试、有队列吗', page: '/zh-CN/guides/app.html' },
    { asked: 'ESM 类型', page: '/zh-CN/guides/app.html' },
    { asked: '不用发信服务直接投递，收不到说明原因', page: '/zh-CN/guides/app.html' },
    { asked: '批量发信 附件', page: '/zh-CN/guides/app.html' },
    { asked: 'React 模板', page: '/zh-CN/guides/app.html' },
    { asked: '不需要 Resend 或 SES', page: '/zh-CN/guides/app.html' },
    { asked: '由 SES 转发，队列和停发名单留着', page: '/zh-CN/guides/port-25.html' },
    { asked: '其他程序用 SMTP 发信', page: '/zh-CN/guides/app.html' },
    { asked: '退订 自定义邮件头 定时发送', page: '/zh-CN/guides/app.html' },
    { asked: 'Bun Deno', page: '/zh-CN/guides/runtimes.html' },
  ],
}

export const QUESTIONS: Readonly<Record<'en' | 'zh-TW' | 'zh-CN', readonly Question[]>> = {
  en: [
    ...OF_OTHERS.en,
    { asked: 'why does Gmail say spam', page: '/guides/spam.html' },
    { asked: 'port 25 blocked', page: '/guides/port-25.html' },
    { asked: 'move from Nodemailer', page: '/guides/moving.html' },
    { asked: 'Postfix OpenDKIM mailq', page: '/guides/moving.html' },
    { asked: 'phpBB Discuz settings', page: '/guides/forum.html' },
    { asked: 'n8n SMTP', page: '/guides/software.html' },
    { asked: 'Ghost newsletter', page: '/guides/software.html' },
    { asked: 'Directus', page: '/guides/software.html' },
    { asked: 'docker compose container', page: '/guides/container.html' },
    { asked: 'warm up a new IP address', page: '/guides/new-address.html' },
    { asked: 'reverse DNS PTR how to set', page: '/guides/records.html' },
    { asked: 'TXT record too long', page: '/guides/records.html' },
    { asked: 'relay through SES or Postmark', page: '/guides/port-25.html' },
    { asked: 'Next.js serverExternalPackages', page: '/guides/runtimes.html' },
    { asked: 'Cloudflare Workers edge', page: '/guides/runtimes.html' },
    { asked: 'Bun Deno', page: '/guides/runtimes.html' },
    { asked: 'does it retry', page: '/guides/app.html' },
    { asked: 'idempotencyKey', page: '/reference/mailer.html' },
    { asked: 'List-Unsubscribe one click', page: '/reference/message.html' },
    { asked: 'sendMany batch', page: '/reference/mailer.html' },
    { asked: 'unsuppress an address', page: '/reference/queue.html' },
    { asked: 'exit codes', page: '/reference/commands.html' },
    { asked: 'startFakeMx test my app', page: '/reference/testing.html' },
    { asked: 'queue in PostgreSQL', page: '/postgres.html' },
    { asked: 'RESEND_BASE_URL', page: '/http.html' },
    { asked: 'QQ frequency limited', page: '/guides/replies.html' },
  ],
  'zh-TW': [
    ...OF_OTHERS['zh-TW'],
    { asked: '會自動重試嗎？', page: '/zh-TW/guides/app.html' },
    { asked: '寄到 Gmail 收不到，被當成垃圾信，為什麼？', page: '/zh-TW/guides/spam.html' },
    { asked: '反解怎麼設？', page: '/zh-TW/guides/records.html' },
    { asked: 'TXT 記錄太長，DNS 面板放不下', page: '/zh-TW/guides/records.html' },
    { asked: 'Thunderbird Outlook 怎麼設？465 還是 587？憑證例外？', page: '/zh-TW/guides/software.html' },
    { asked: '25 埠被封怎麼辦？', page: '/zh-TW/guides/port-25.html' },
    { asked: '論壇後台要填什麼？', page: '/zh-TW/guides/forum.html' },
    { asked: 'QQ、163 退信是什麼意思？', page: '/zh-TW/guides/replies.html' },
    { asked: '換掉原來的 Postfix 容器要改什麼？', page: '/zh-TW/guides/container.html' },
    { asked: '新位址', page: '/zh-TW/guides/new-address.html' },
    { asked: '從 Resend 搬過來', page: '/zh-TW/guides/moving.html' },
    { asked: 'PostgreSQL 佇列', page: '/zh-TW/guides/postgres.html' },
    { asked: 'Next.js 打包', page: '/zh-TW/guides/runtimes.html' },
  ],
  'zh-CN': [
    ...OF_OTHERS['zh-CN'],
    { asked: '会自动重试吗？', page: '/zh-CN/guides/app.html' },
    { asked: '发到 Gmail 收不到，被当成垃圾邮件，为什么？', page: '/zh-CN/guides/spam.html' },
    { asked: '反向解析怎么设置？', page: '/zh-CN/guides/records.html' },
    { asked: 'TXT 记录太长，DNS 面板放不下', page: '/zh-CN/guides/records.html' },
    { asked: 'Thunderbird Outlook 怎么设置？465 还是 587？证书例外？', page: '/zh-CN/guides/software.html' },
    { asked: '25 端口被封怎么办？', page: '/zh-CN/guides/port-25.html' },
    { asked: '论坛后台要填什么？', page: '/zh-CN/guides/forum.html' },
    { asked: 'QQ、163 退信是什么意思？', page: '/zh-CN/guides/replies.html' },
    { asked: '换掉原来的 Postfix 容器要改什么？', page: '/zh-CN/guides/container.html' },
    { asked: '新地址', page: '/zh-CN/guides/new-address.html' },
    { asked: '从 Resend 迁移', page: '/zh-CN/guides/moving.html' },
    { asked: 'PostgreSQL 队列', page: '/zh-CN/guides/postgres.html' },
    { asked: 'Next.js 打包', page: '/zh-CN/guides/runtimes.html' },
  ],
}
