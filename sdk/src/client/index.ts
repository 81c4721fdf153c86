export { type ClientOptions, createClient, type NodeClient } from './client.ts';
export * from './token.ts';
