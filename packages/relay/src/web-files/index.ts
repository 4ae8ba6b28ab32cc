export { webSite } from './web-files.ts'
