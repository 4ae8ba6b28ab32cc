/**
 * QueueUrl: the password in a connection string, which may name several hosts and so is no URL to JavaScript.
 */
const PARTS = /^(postgres(?:ql)?:\/\/)(?:([^/?#]*)@)?(.*)$/is

export function hasPassword(url: string): boolean {
  const [, , login = '', rest = ''] = PARTS.exec(url) ?? []
  return login.includes(':') || /[?&]password=[^&]/.test(rest)
}

/** The same with this password. */
export function withPassword(url: string, password: string): string {
  const [, scheme = '', login = '', rest = ''] = PARTS.exec(url) ?? []
  return `${scheme}${login}:${encodeURIComponent(password)}@${rest}`
}

/** Who logs in. */
export function hasUser(url: string): boolean {
  return (PARTS.exec(url)?.[2] ?? '') !== ''
}
