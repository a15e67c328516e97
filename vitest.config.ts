import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LeftOut } from './test/support/left-out.ts';

/** What `npm run test:ci` runs. */
const SLOW = 'test/**/*.ci.test.ts';
/**
 * What they test runs in processes of its own, or the same lines a million times: coverage would see nothing new, and doubles
 * the time of a computation.
 */
const UNCOVERED = [
  'test/bin/{demo-file,demo-and-registry,forget,process,usage}',
  'test/constructs/aws/alarm-simulation',
  'test/constructs/behaviours/*',
  'test/core/release/*',
  'test/core/trees/format/xgboost-*',
  'test/{drills,fuzz,panels,policy,sim,structure}/**/*',
  'test/forget/kills',
  'test/report/report-page',
  'test/stacks/aws/*',
  'test/stacks/{parity,terraform}/*',
  'test/stores/memory-guard',
].map((path) => `${path}.ci.test.ts`);
/** These replace a module, so each has a process of its own: elsewhere another file has loaded the real one before. */
const REPLACING = ['test/adapters/local/disk-faults.test.ts', 'test/adapters/local/durability.test.ts'];
const REPLACING_SLOW = [
  'test/functions/{framework,functions-host}.ci.test.ts',
  'test/sim/planted-bugs.ci.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      // A worker loads the modules of these once, the CDK above all, and not for each file.
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [...REPLACING, SLOW],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'quick-alone', include: REPLACING } },
      {
        extends: true,
        test: { name: 'ci', include: [SLOW], exclude: [...UNCOVERED, ...REPLACING_SLOW], isolate: false },
      },
      {
        extends: true,
        test: { name: 'ci-uncovered', include: UNCOVERED, exclude: REPLACING_SLOW, isolate: false },
      },
      { extends: true, test: { name: 'ci-alone', include: REPLACING_SLOW } },
    ],
    // The runner's own default leaves one processor idle: of two, half of them.
    maxWorkers: availableParallelism(),
    // Half of the time of a synth: the CDK's own checks. `cdk synth` makes them, in test/stacks/aws/app.ci.test.ts too.
    env: { CDK_VALIDATION: 'false' },
    reporters: ['default', new LeftOut()],
    // For a test that hangs. How long a test takes is a matter of the machine, and of what else it does.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    coverage: {
      provider: 'v8',
      include: [
        'bin/**/*.ts',
        'blueprints/**/*.ts',
        'constructs/**/*.ts',
        'lambdas/**/*.ts',
        'stacks/**/*.ts',
      ],
      exclude: ['lambdas/core/trees/kernels/assembly/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      thresholds: {
        branches: 90,
        'lambdas/core/**': { branches: 100 },
      },
    },
  },
});
