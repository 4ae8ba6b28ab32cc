/**
 * The one HTTP door: bounded GET and POST over HTTPS. The only undici import, loaded when first needed.
 *
 * Policy. No redirects, no cookies, no proxies, no compression: whoever asks names the media type and the most bytes that it
 * takes, and anything else is an HttpError. The certificate is checked for the name in the URL, wherever we connect to.
 * The deadline is the caller's signal.
 *
 * Not here: what a failure means (mta-sts/discover.ts, dns/doh.ts).
 */
import { Buffer } from 'node:buffer'
import { rootCertificates } from 'node:tls'
import type { Pool } from 'undici'

export const HTTP_ERROR_CODES = {
  unreachable: 'No connection, or it broke.',
  certificate: 'The certificate does not pass for this name.',
  redirect: 'The server answers with a redirect, which is not followed.',
  status: 'The status is not that of success.',
  'media-type': 'The answer is of another media type.',
  'too-large': 'The answer is larger than is taken.',
} as const
export type HttpErrorCode = keyof typeof HTTP_ERROR_CODES

export class HttpError extends Error {
  override readonly name: string = 'HttpError'
  readonly code: HttpErrorCode
  readonly status: number | undefined

  constructor(
    code: HttpErrorCode,
    message: string,
    detail: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.status = detail.status
  }

  static is(error: unknown): error is HttpError {
    return error instanceof HttpError
  }
}

/** Where to connect, whatever the URL says. */
export interface HttpTarget {
  readonly address: string
  readonly port: number
}

export interface HttpOptions {
  /** `https://host[:port]` */
  readonly origin: string
  /** Further authorities to trust beside Node's, PEM. */
  readonly ca?: string
  readonly connectTo?: HttpTarget
}

export interface HttpRequest {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** The answer must be of this type; parameters do not matter. */
  readonly mediaType?: string
  readonly maxBytes: number
  /** Any 2xx is an answer, as to a POST. @default false: only 200 */
  readonly anySuccess?: boolean
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Buffer
}

export interface HttpClient {
  /** @throws HttpError; the signal's reason when it aborts. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>
  close(): Promise<void>
}

const MAX_CONNECTIONS = 8

/** Keeps its connections to one origin until closed. */
export function openHttp(options: HttpOptions): HttpClient {
  let opening: Promise<Pool> | undefined
  let closed = false
  return {
    request: async (request, signal) => {
      signal.throwIfAborted()
      if (closed) throw new HttpError('unreachable', 'the client is closed')
      opening ??= openClient(options)
      return exchange(await opening, request, signal)
    },
    close: async () => {
      closed = true
      if (opening !== undefined) await (await opening).destroy()
    },
  }
}

/** One request over a connection of its own. @throws HttpError; the signal's reason when it aborts. */
export async function get(
  { connectTo, ca, ...request }: HttpRequest & { readonly connectTo?: HttpTarget; readonly ca?: string },
  signal: AbortSignal,
): Promise<HttpResponse> {
  const http = openHttp({
    origin: new URL(request.url).origin,
    ...(ca === undefined ? {} : { ca }),
    ...(connectTo === undefined ? {} : { connectTo }),
  })
  try {
    return await http.request(request, signal)
  } finally {
    await http.close()
  }
}

async function openClient({ origin, ca, connectTo }: HttpOptions): Promise<Pool> {
  const { buildConnector, Pool } = await import('undici')
  const connect = buildConnector({
    allowH2: false,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  })
  return new Pool(origin, {
    // One slow answer must not hold up the others.
    connections: MAX_CONNECTIONS,
    allowH2: false,
    // The caller's signal is the only deadline.
    connectTimeout: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    connect: (options, callback) => {
      if (connectTo === undefined) return connect(options, callback)
      const servername = options.servername ?? options.hostname
      connect({ ...options, servername, hostname: connectTo.address, port: String(connectTo.port) }, callback)
    },
  })
}

async function exchange(client: Pool, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const url = new URL(request.url)
  try {
    const { statusCode, headers, body } = await client.request({
      path: `${url.pathname}${url.search}`,
      method: request.method ?? 'GET',
      headers: { ...request.headers },
      body: request.body ?? null,
      signal,
    })
    const problem = objection(request, statusCode, headers)
    if (problem !== undefined) {
      body.destroy()
      // Its error, if any, is the destruction that we asked for.
      body.on('error', () => {})
      throw problem
    }
    return { status: statusCode, headers, body: await readBody(body, request.maxBytes) }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw HttpError.is(error) ? error : asHttpError(error)
  }
}

function objection(request: HttpRequest, status: number, headers: HttpResponse['headers']): HttpError | undefined {
  if (status >= 300 && status < 400)
    return new HttpError('redirect', `it answers with a redirect (${status})`, { status })
  const good = request.anySuccess === true ? status >= 200 && status < 300 : status === 200
  if (!good) return new HttpError('status', `it answers with status ${status}`, { status })
  const found = String(headers['content-type'] ?? '')
    .split(';')[0]
    ?.trim()
    .toLowerCase()
  if (request.mediaType !== undefined && found !== request.mediaType) {
    return new HttpError('media-type', `its media type is "${found}", not ${request.mediaType}`, { status })
  }
  const length = Number(headers['content-length'] ?? 0)
  return length > request.maxBytes ? tooLarge(request.maxBytes) : undefined
}

async function readBody(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError('too-large', `the answer is larger than ${maxBytes} bytes`)
}

/** Node gives verification failures their OpenSSL names; these are the ones that are not about certificates. */
const CONNECTION_CODE = /^(E[A-Z]+|UND_ERR_[A-Z_]+|HPE_[A-Z_]+)$/

function asHttpError(error: unknown): HttpError {
  const { code = '', message = String(error) } = (error ?? {}) as { code?: string; message?: string }
  const isCertificate =
    code === 'ERR_TLS_CERT_ALTNAME_INVALID' || (/CERT|SIGNATURE|CRL|ISSUER/.test(code) && !CONNECTION_CODE.test(code))
  return new HttpError(isCertificate ? 'certificate' : 'unreachable', message, { cause: error })
}
