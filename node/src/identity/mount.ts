import type { IncomingMessage, RequestListener } from 'node:http';
import type { Provider } from 'oidc-provider';

/** Where the issuer is on the node's server. */
export const MOUNT = '/oidc';

/** Is this request the issuer's? */
export const isIssuers = ({ url = '' }: Pick<IncomingMessage, 'url'>): boolean =>
  url.startsWith(MOUNT) && ['/', '?', undefined].includes(url[MOUNT.length]);

/**
 * The provider as a listener under {@link MOUNT}. It builds the addresses that it publishes from the request; here they are
 * fixed to the issuer's, so that a forged Host header gets nobody a discovery document that leads elsewhere, and a TLS proxy
 * in front needs no agreement on headers.
 */
export const mount = (provider: Provider): RequestListener => {
  const issuer = new URL(provider.issuer);
  const listener = provider.callback();
  return (req, res) => {
    const path = req.url?.slice(MOUNT.length) ?? '';
    req.url = path.startsWith('/') ? path : `/${path}`;
    Object.assign(req, { originalUrl: `${issuer.pathname}${req.url}` });
    req.headers['x-forwarded-host'] = issuer.host;
    req.headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
    void listener(req, res);
  };
};
