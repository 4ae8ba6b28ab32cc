export { PublicLinks } from './public-links.ts'
export { LONGEST_LINK_MS, printLink, readLink, type SignedLink } from './signed-link.ts'
