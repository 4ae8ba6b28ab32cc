/**
 * Posted: the body of Mailpit's `POST /api/v1/send` as a draft; what is wrong in it the mailer says.
 */
import type { Attachment, Draft } from '@postrider/core'

interface Address {
  readonly Email?: string
  readonly Name?: string
}

interface PostedFile {
  readonly Content?: string
  readonly Filename?: string
  readonly ContentType?: string
  readonly ContentID?: string
}

interface PostedMail {
  readonly From?: Address
  readonly To?: readonly Address[]
  readonly Cc?: readonly Address[]
  readonly Bcc?: readonly string[]
  readonly ReplyTo?: readonly Address[]
  readonly Subject?: string
  readonly Text?: string
  readonly HTML?: string
  readonly Headers?: Readonly<Record<string, string>>
  readonly Tags?: readonly string[]
  readonly Attachments?: readonly PostedFile[]
}

export function draftOf(mail: PostedMail): Draft {
  const { From, To = [], Cc = [], Bcc = [], ReplyTo = [], Subject = '', Text, HTML, Headers, Tags = [] } = mail
  return {
    from: mailbox(From),
    to: To.map(mailbox),
    ...(Cc.length > 0 && { cc: Cc.map(mailbox) }),
    ...(Bcc.length > 0 && { bcc: [...Bcc] }),
    ...(ReplyTo.length > 0 && { replyTo: ReplyTo.map(mailbox) }),
    subject: Subject,
    ...(Text !== undefined && Text !== '' && { text: Text }),
    ...(HTML !== undefined && HTML !== '' && { html: HTML }),
    ...(Headers !== undefined && { headers: Headers }),
    ...(Tags.length > 0 && { tags: Object.fromEntries(Tags.map(tag => [tag, '1'])) }),
    attachments: (mail.Attachments ?? []).map(attachment),
  }
}

function mailbox({ Email = '', Name = '' }: Address = {}): { readonly name: string; readonly address: string } {
  return { name: Name, address: Email }
}

function attachment({ Content = '', Filename = '', ContentType, ContentID }: PostedFile): Attachment {
  return {
    filename: Filename,
    content: Buffer.from(Content, 'base64'),
    ...(ContentType !== undefined && { contentType: ContentType }),
    ...(ContentID !== undefined && ContentID !== '' && { cid: ContentID }),
  }
}
