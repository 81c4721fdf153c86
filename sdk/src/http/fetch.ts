import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, fetch as undiciFetch } from 'undici';

const LOOPBACK = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** Node gives an address a quarter of a second, in which a busy machine may not answer; one that refuses is passed over at once. */
const ATTEMPT_MS = 5_000;

/** `localhost` and every name under it mean this machine (RFC 6761, section 6.3). */
export const isLocalhost = (hostname: string): boolean => /(^|\.)localhost\.?$/i.test(hostname);

/** Resolves names under `localhost` to loopback, which Node leaves to the system's resolver; other names as usual. */
export const lookupLoopback: LookupFunction = (hostname, options, callback) => {
  if (!isLocalhost(hostname)) return systemLookup(hostname, options, callback);
  if (options.all) return callback(null, LOOPBACK);
  return callback(null, '127.0.0.1', 4);
};

/**
 * The `fetch` by which nodes, gates and commands reach nodes.
 * @param localhostToLoopback true in development, where several nodes on one machine have `<member>.localhost` names
 */
export const createFetch = ({ localhostToLoopback }: { readonly localhostToLoopback: boolean }): typeof fetch => {
  if (!localhostToLoopback) return fetch;
  // undici's own fetch: the one inside Node is of another major version than this agent.
  const dispatcher = new Agent({ connect: { lookup: lookupLoopback, autoSelectFamilyAttemptTimeout: ATTEMPT_MS } });
  return async (input, init) => {
    const { url, ...request } = await unpack(new Request(input, init));
    return (await undiciFetch(url, { ...request, dispatcher })) as unknown as Response;
  };
};

/** A request in plain values: undici does not know the objects (request, form, headers) of Node's own fetch. */
const unpack = async (request: Request) => ({
  url: request.url,
  method: request.method,
  headers: [...request.headers],
  body: request.body && new Uint8Array(await request.arrayBuffer()),
  redirect: request.redirect,
  signal: request.signal,
});
