export { queueIdOf, queueIdTime as madeAt, uuidOf } from '@postrider/core'
export { isUuid, uuidOfText } from './text-id.ts'
