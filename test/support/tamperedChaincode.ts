import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chaincodeDaemon, startDaemon } from '@anlian/consortium/fabric';
import type { FabricNetwork } from './fabricNetwork.ts';
import type { Governor } from './governors.ts';

const wordsOf = (file: string): string[] => readFileSync(file, 'utf8').split('\0');

/** Runs a governor's chaincode with other rules under the package that everybody approved. `network.up()` after a kill brings the right ones back. */
export const tamperWithRules = async (
  network: FabricNetwork,
  governor: Governor,
  change: (source: string) => string,
): Promise<void> => {
  const organisation = network.organisationOf(governor);
  const part = `${governor.member}/chaincode`;
  const pid = await network.pidOf(part);
  const packageId = wordsOf(`/proc/${pid}/environ`).find((word) => word.startsWith('CHAINCODE_ID='));
  const approved = wordsOf(`/proc/${pid}/cmdline`).find((word) => word.endsWith('.mjs'));
  if (packageId === undefined || approved === undefined) throw new Error(`what ${part} runs cannot be told`);
  const source = readFileSync(approved, 'utf8');
  const changed = change(source);
  if (changed === source) throw new Error('the change finds nothing to change');
  const bundleFile = join(organisation.dir, 'tampered.mjs');
  writeFileSync(bundleFile, changed);
  await network.kill(part);
  await startDaemon(
    chaincodeDaemon(organisation, {
      chaincode: network.plan.chaincode,
      bundleFile,
      packageId: packageId.slice('CHAINCODE_ID='.length),
    }),
  );
};
