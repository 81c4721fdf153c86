export { encodeCompanyClaims, encodePassClaims, kindOfClaims } from './claims.ts';
export { type CodeKey, codeKey, codeKeysOfTrust, kidOf, thumbprint } from './keys.ts';
export { codeText, type ParsedCodeText, parseCodeText } from './link.ts';
export { encodeCompanyCode, encodeWorkerPass, MAX_PASS_BYTES, openCompanyCode, openWorkerPass } from './open.ts';
export { type OpenedPass, type PassOpener, passOpener, rememberingPasses } from './pass.ts';
export { openPresentation, present, type VerifiedPresentation, verifyPresentation } from './presentation.ts';
export type { SignBytes } from './sign1.ts';
export { type CodeSymbol, codeSymbol, MAX_QR_VERSION } from './symbol.ts';
