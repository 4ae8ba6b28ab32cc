/** Where rows are from that several files name. */

export const WORDS: string =
  'Wording of mail servers: Postfix, Exim, Sendmail, qmail, Exchange, Courier, Domino, and large providers'
