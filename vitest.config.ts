import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: '100%',
    // several test files run at once: one thread each, or they wait for each other
    env: { TESSERAE_THREADS: '1' },
  },
});
export default config;
