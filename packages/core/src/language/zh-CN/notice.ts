/** 简体中文: notices to senders. */
import type { Translation } from '../english.ts'

export const notice: Translation['notice'] = {
  'subject.failure': '您的邮件无法投递',
  'subject.delay': '您的邮件延迟投递',
  'subject.success': '您的邮件已交给对方服务器',
  hello: '这是 {hostname} 的邮件系统。',
  'opening.failure': '您在 {date} 发出的邮件，无法投递给以下 {count} 位收件人，不会再重试。',
  'opening.delay': '您在 {date} 发出的邮件，还没有投递给以下 {count} 位收件人。不需要再发一次。',
  'opening.success': '您在 {date} 发出的邮件，已由以下 {count} 位收件人的邮件服务器收下。该服务器不会自己发出确认。',
  'closing.failure': '附上给邮件系统看的细节和您邮件的邮件头。编号：{id}。',
  'closing.delay': '会继续重试到 {date}。届时仍无法投递，会再通知您。编号：{id}。',
  'closing.success': '编号：{id}。',
  reason: '原因：{text}',
  'reason.too-late': '原因：期限内无法投递。最后一次：{text}',
  seen: '情况：{text}',
  said: '对方服务器的回复：{text}',
  'said-by': '服务器 {host} 的回复：{text}',
  'advice.recipient': '该怎么做：检查地址有没有写错，或用别的方式联系收件人。',
  'advice.message': '该怎么做：修改邮件（大小、链接或附件）后再发一次。',
  'advice.host': '该怎么做：稍后再发。一直如此的话，把这封通知交给邮件管理员。',
  'advice.domain': '该怎么做：检查地址 @ 后面的部分。没有错的话，把这封通知交给邮件管理员。',
  'advice.postmaster': '该怎么做：把这封通知交给邮件管理员，问题不在您的邮件。',
}
