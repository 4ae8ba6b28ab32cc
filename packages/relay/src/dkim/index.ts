/** Door of dkim/: the keys of a domain, turned in stages. */
export { type Begun, beginRotation } from './begin.ts'
export {
  isOpen,
  keysInForce,
  type Missing,
  OPEN_STAGES,
  type Rotation,
  type RotationStage,
  recordsToPublish,
  recordsToRevoke,
  type TxtRecord,
} from './rotation.ts'
export { retiresAt, type StepPorts, stepOf } from './step.ts'
export { StoredRotations } from './stored-rotations.ts'
