export { type ClientOptions, createClient, type NodeClient } from './client.ts';
export { type DevelopmentSignIn, developmentTokens } from './development.ts';
export { LOCAL_CONSORTIUM_FILE, LocalConsortium } from './localConsortium.ts';
export * from './token.ts';
