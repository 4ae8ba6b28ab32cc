export { type DomainRecord, isVerified, type OwnDomain, OwnDomains, type RecordStatus } from './own-domains.ts'
