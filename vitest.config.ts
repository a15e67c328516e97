import { defineConfig } from 'vitest/config';
import { LeftOut } from './test/support/left-out.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Half of the time of a synth: the CDK's own checks. `cdk synth` makes them, in test/stacks/aws/app.ci.test.ts too.
    env: { CDK_VALIDATION: 'false' },
    reporters: ['default', new LeftOut()],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      enabled: process.env.COVERAGE === 'true',
      provider: 'v8',
      include: [
        'bin/**/*.ts',
        'blueprints/**/*.ts',
        'constructs/**/*.ts',
        'lambdas/**/*.ts',
        'stacks/**/*.ts',
      ],
      exclude: ['lambdas/core/trees/assembly/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      thresholds: {
        branches: 90,
        'lambdas/core/**': { branches: 100 },
      },
    },
  },
});
