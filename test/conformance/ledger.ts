import { afterAll, beforeAll, describe } from 'vitest';
import { unless } from '../support/fabricParts.ts';
import { foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { batchPromises } from './batches.ts';
import { commandPromises } from './commands.ts';
import { followingPromises } from './following.ts';
import { lostAnswerPromises } from './lostAnswers.ts';
import { proofPromises } from './proofs.ts';
import type { Differences, OpenedLedger, Scene } from './scene.ts';

export type { Differences, OpenedLedger } from './scene.ts';

const openScene = async (opened: OpenedLedger, differences: Differences): Promise<Scene> => {
  const [hengyuan, qichuan] = opened.governors as [Governor, Governor];
  const ledger = opened.connect(hengyuan);
  await foundChannel(opened.governors, ledger);
  let sites = 0;
  return {
    differences,
    opened,
    ledger,
    hengyuan,
    qichuan,
    newSite: () => {
      sites += 1;
      return `site-${sites}`;
    },
    registerSite: (site, commandId) => ledger.submit(signedBy(hengyuan, 'site:register', { site }, commandId)),
  };
};

/** Every ledger behind the port keeps these promises. */
export const ledgerConformance = (
  name: string,
  open: () => Promise<OpenedLedger>,
  { reasonToSkip, ...differences }: Differences & { readonly reasonToSkip?: string | undefined },
): void => {
  describe.skipIf(reasonToSkip)(unless(reasonToSkip, `the ledger port on ${name}`), () => {
    let opened: OpenedLedger | undefined;
    let scene: Scene;
    beforeAll(async () => {
      opened = await open();
      scene = await openScene(opened, differences);
    });
    afterAll(() => opened?.close());

    const sceneOf = () => scene;
    batchPromises(sceneOf);
    followingPromises(sceneOf);
    commandPromises(sceneOf);
    lostAnswerPromises(sceneOf);
    proofPromises(sceneOf);
  });
};
