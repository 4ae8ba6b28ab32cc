/** Door of checkup/: this host's own state, and how a checkup is chosen from and shown. */

export { STATE_CHECKS, type StateCheckId } from '../language/state-checks.ts'
export { type Authoritative, authoritativeResolver, type Noting, noteTtl } from './authoritative.ts'
export { checkCertificate } from './certificate.ts'
export { checkConfigFile, checkDisk, checkKeyFiles, checkSecretFiles } from './files.ts'
export { type Checkup, type Finding, finding, type SenderFindings, worstLevel } from './finding.ts'
export { lint } from './lint.ts'
export { printCheckup, printFindings } from './print.ts'
export { checkQueue } from './queue.ts'
export { type Selection, select, unknownWords } from './select.ts'
