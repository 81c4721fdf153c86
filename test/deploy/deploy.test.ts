import { beforeAll, describe } from 'vitest';
import { describeChart } from './chart.ts';
import { describeCompose } from './compose.ts';
import { describeImage } from './image.ts';
import { describePrograms } from './programs.ts';
import { BUILD_WITHIN_MS, type DeployTools, deployTools, REASON_TO_SKIP } from './tools.ts';

/** One file, so that Go builds once. */
describe.skipIf(REASON_TO_SKIP)(`what a member deploys${REASON_TO_SKIP ? ` (skipped: ${REASON_TO_SKIP})` : ''}`, () => {
  let built: DeployTools | undefined;
  const tools = (): DeployTools => {
    if (built === undefined) throw new Error('not built yet');
    return built;
  };
  beforeAll(async () => {
    built = await deployTools();
  }, BUILD_WITHIN_MS);

  describe('the Helm chart', () => describeChart(tools));
  describe('the Compose files', () => describeCompose(tools));
  describe('the image', () => describeImage(tools));
  describe('Fabric’s programs under the chart’s settings', () => describePrograms(tools));
});
