export { type Compatibility, compatibilityOf, type Lacking, PLATFORMS } from './compatibility.ts'
