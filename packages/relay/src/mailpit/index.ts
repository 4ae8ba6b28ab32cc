export { type MailpitPorts, mailpitSite } from './site.ts'
