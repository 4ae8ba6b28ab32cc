/**
 * MailReader: reading mail, for who captures it; loaded with what reads html when first asked for.
 */
export { type ReadMessage, type ReadPart, readHeaders, readMessage } from '../mime/index.ts'
export { findLinks } from '../mime/links.ts'
export { type MarkupReader, readMarkup } from '../mime/markup.ts'
