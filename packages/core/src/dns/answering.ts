/** The door for who answers questions, such as the name server of tests; who asks loads none of it before the first question. */
export { decodeQuery, encodeReply, type Query, type Reply } from './packet.ts'
export { framed } from './tcp.ts'
