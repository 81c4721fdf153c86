import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Fabric's external builder for chaincode that runs as a service: nothing is built, the peer is told where to connect. */
const SCRIPTS = {
  detect: `grep -q '"type":"ccaas"' "$2/metadata.json"`,
  build: `cp "$1/connection.json" "$3/connection.json"`,
  release: `mkdir -p "$2/chaincode/server" && cp "$1/connection.json" "$2/chaincode/server/connection.json"`,
} as const;

/** Writes the builder's three programs. */
export const writeBuilders = async (dir: string): Promise<void> => {
  await mkdir(join(dir, 'bin'), { recursive: true });
  for (const [name, line] of Object.entries(SCRIPTS)) {
    const file = join(dir, 'bin', name);
    await writeFile(file, `#!/bin/sh\nset -eu\n${line}\n`);
    await chmod(file, 0o755);
  }
};
