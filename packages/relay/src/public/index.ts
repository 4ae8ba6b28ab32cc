export { publicSite } from './site.ts'
export { type ChallengeAnswers, NOTHING_HERE, policyText, STS_PREFIX } from './well-known.ts'
