export {
  get,
  type HttpClient,
  HttpError,
  type HttpErrorCode,
  type HttpOptions,
  type HttpRequest,
  type HttpResponse,
  type HttpTarget,
  openHttp,
} from './get.ts'
