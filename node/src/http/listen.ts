import type { Server } from 'node:http';
import { AnlianError } from '@anlian/contracts';

/** Listens and returns the port. @throws {AnlianError} `port_taken` */
export const listen = (
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new AnlianError('port_taken', { field: 'ANLIAN_PORT', detail: `${host}:${port}` })
          : error,
      ),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
