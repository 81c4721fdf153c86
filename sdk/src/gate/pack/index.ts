export { makePack, packRowsText, type SyncPack, signPack, textDigest } from './make.ts';
export { openPack, openPackHeader, type PackExpectation, parsePackRows, requireSignedRows } from './open.ts';
