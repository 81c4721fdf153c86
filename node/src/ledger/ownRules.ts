import { AnlianError } from '@anlian/contracts';
import { buildChaincode } from '@anlian/sdk/fabric';
import type { Logger } from 'pino';
import type { OwnRules } from './rulesInForce.ts';

/**
 * Builds the bundle of the rules that this node runs, as `anlian fabric approve` does, and answers with its hash: begun at once, so that
 * it is there when the first block is. A node that cannot build it goes on, and passes over what others ran.
 */
export const startBuildingRules = (log: Logger): OwnRules => {
  const building = buildChaincode().then(
    ({ sha256 }): string | undefined => sha256,
    (error: unknown) => {
      const { code, detail } =
        error instanceof AnlianError ? error : new AnlianError('internal_error', { cause: error });
      log.error({ code, detail }, 'the bundle of this node’s rules cannot be built: no block is run again');
      return undefined;
    },
  );
  return () => building;
};
