import { defineConfig } from 'vitest/config';

const JOURNEYS = 'test/journeys/**/*.test.ts';

export default defineConfig({
  test: {
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['{contracts,chaincode,sdk,node,consortium,portal}/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [JOURNEYS, '**/node_modules/**'],
          testTimeout: 30_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: [JOURNEYS],
          // Five processes each, on ports of one consortium that is loaded once: see test/support/loadedHome.ts.
          globalSetup: ['test/support/loadedHome.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
