/**
 * Who may import whom. The picture is in CONTRIBUTING.md; test/structure/imports.ci.test.ts plants a violation of each
 * rule and requires it to be reported.
 */
const FUNCTIONS =
  '(lease|export|prepare|ingest|train|evaluate|register|approve|release|score|probe|batch-score|monitor|ground-truth)';

/** Where a cloud enters a function. */
const ENTRY = '^lambdas/[^/]+/(aws|gcp|azure)\\.ts$';

/** Local code outside `allowed`, imported from `from`. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(bin|blueprints|stacks|constructs|lambdas|test)/', pathNot: allowed },
});

/** Packages (not Node's own modules) outside `allowed`. */
const packages = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: 'node_modules/', pathNot: allowed.map((one) => `node_modules/${one}`) },
});

module.exports = {
  forbidden: [
    only('core-alone', '^lambdas/core/', '^lambdas/core/', 'core is pure: it imports itself only'),
    only('core-numeric', '^lambdas/core/numeric/', '^lambdas/core/numeric/', 'numbers stand on nothing'),
    only(
      'core-table',
      '^lambdas/core/table/',
      '^lambdas/core/(table/|errors\\.ts|error-codes/)',
      'tables know no model',
    ),
    only(
      'core-kernels',
      '^lambdas/core/trees/kernels/',
      '^lambdas/core/(trees/kernels/|errors\\.ts)',
      'kernels know arrays only',
    ),
    only(
      'core-format',
      '^lambdas/core/trees/format/',
      '^lambdas/core/(trees/(format/|[^/]+\\.ts)|errors\\.ts|error-codes/)',
      'model files are read and written without a booster',
    ),
    only(
      'core-scoring',
      '^lambdas/core/trees/scoring/',
      '^lambdas/core/(trees/((scoring|kernels)/|[^/]+\\.ts)|errors\\.ts)',
      'a service that scores carries no booster',
    ),
    only(
      'core-training',
      '^lambdas/core/trees/training/',
      '^lambdas/core/(trees/((training|kernels)/|[^/]+\\.ts)|numeric/|errors\\.ts|error-codes/)',
      'the booster knows no file and no service',
    ),
    only(
      'core-evaluation',
      '^lambdas/core/evaluation/',
      '^lambdas/core/(?!release/|explain/|drift/|expression/|sql/|csv/)',
      'measuring comes before release and explanation',
    ),
    packages(
      'core-packages',
      '^lambdas/core/(?!expression/parse\\.ts)',
      ['@stdlib/'],
      'core computes; only @stdlib helps it',
    ),
    packages(
      'core-grammar',
      '^lambdas/core/expression/parse\\.ts',
      ['@marcbachmann/cel-js/'],
      "the grammar of expressions is CEL's",
    ),
    {
      name: 'core-no-node',
      comment: 'core does no I/O',
      severity: 'error',
      from: { path: '^lambdas/core/' },
      to: { dependencyTypes: ['core'] },
    },
    only('ports-core', '^lambdas/ports/', '^lambdas/(ports|core)/', 'ports speak in core types'),
    only('stores', '^lambdas/stores/', '^lambdas/(stores|ports|core)/', 'stores stand on ports and core'),
    {
      name: 'use-cases',
      comment: 'a use case knows core, stores and ports, and no other use case',
      severity: 'error',
      from: { path: `^lambdas/${FUNCTIONS}/`, pathNot: ENTRY },
      to: {
        path: '^(bin|blueprints|stacks|constructs|lambdas|test)/',
        pathNot: '^lambdas/(core|stores|ports|approve)/|^lambdas/pipeline|^lambdas/$1/',
      },
    },
    only(
      'entries',
      `^lambdas/${FUNCTIONS}/(aws|gcp|azure)\\.ts$`,
      '^lambdas/$1/|^lambdas/core/|^lambdas/runtime/|^lambdas/adapters/$2/',
      'an entry joins its use case to one cloud',
    ),
    only(
      'adapters',
      '^lambdas/adapters/([^/]+)/',
      '^lambdas/(ports|core|adapters/shared|runtime/host)|^lambdas/adapters/$1/',
      'an adapter translates for one cloud',
    ),
    only(
      'runtime',
      '^lambdas/runtime/',
      '^lambdas/(runtime|ports|core)/|^lambdas/pipeline',
      "runtime turns events into inputs, and a plan into a service's run",
    ),
    only(
      'forget',
      '^lambdas/forget/',
      '^lambdas/(forget|core|ports|stores|lease)/',
      'a person is deleted from the stores under the lease of the trainings; no function does it',
    ),
    only(
      'bundle',
      '^lambdas/bundle/',
      '^lambdas/(bundle|core|ports|stores|lease|register)/',
      'a version as one file is read and registered as any other',
    ),
    only(
      'report',
      '^lambdas/report/',
      '^lambdas/(report|core|stores|register)/',
      'pages are made of what the stores hold',
    ),
    only(
      'local',
      '^lambdas/local/',
      `^lambdas/(local|bundle|report|core|ports|stores|adapters/(local|shared)|runtime|forget|${FUNCTIONS})/|^lambdas/pipeline`,
      'the local target composes use cases and local adapters, and knows no demonstration',
    ),
    only(
      'demo',
      '^lambdas/demo/',
      `^lambdas/(demo|local|bundle|report|core|ports|stores|adapters/(local|shared)|runtime|${FUNCTIONS})/|^lambdas/pipeline`,
      'the demonstration plays on the local target',
    ),
    only('pipeline', '^lambdas/pipeline', '^lambdas/(core/|pipeline)', 'the pipeline is data'),
    only(
      'apps',
      '^lambdas/apps/',
      `^lambdas/${FUNCTIONS}/azure\\.ts$|^lambdas/(apps\\.ts|apps/pipeline-works\\.ts|pipeline|core/|runtime/|adapters/(azure|shared)/)`,
      'an app joins the functions of one cloud to their triggers',
    ),
    only('apps-data', '^lambdas/apps\\.ts$', '^lambdas/(functions|pipeline)', 'the table of apps is data'),
    only(
      'blueprints',
      '^blueprints/',
      '^(blueprints|lambdas/core)/',
      'a blueprint knows its schema and core types',
    ),
    only(
      'config',
      '^constructs/config/',
      '^(constructs/config|blueprints|lambdas/core)/',
      'a configuration is resolved below the constructs',
    ),
    only(
      'constructs',
      '^constructs/(?!config/)',
      '^constructs/|^lambdas/(core/|apps\\.ts$|functions|pipeline|stores/conditional-prefixes\\.ts$)',
      'a construct deploys functions by the path of their file and never imports one',
    ),
    only(
      'stacks',
      '^stacks/',
      '^(stacks|blueprints|constructs|lambdas/core)/|^lambdas/(apps\\.ts$|functions)',
      'stacks compose',
    ),
    only(
      'bin',
      '^bin/(?!clouds/[^/]+/)',
      '^(bin|stacks|blueprints|constructs/config|lambdas/(local|demo|bundle|report|forget|core))/|^lambdas/(functions|pipeline-plan)\\.ts$',
      'commands call the local target and the stacks, and read the tables of functions and runs',
    ),
    only(
      'bin-forget',
      '^bin/forget/',
      '^bin/forget/|^bin/[^/]+\\.ts$|^(constructs/config|lambdas/(core|ports|forget))/',
      'the engine is the use case; here are its words and what a cloud hands it',
    ),
    only(
      'bin-engines',
      '^bin/(cost|doctor|drain)/',
      '^bin/$1/|^bin/clouds/tools\\.ts$|^bin/[^/]+\\.ts$|^(constructs/config|lambdas/core)/|^lambdas/(functions|pipeline-plan)\\.ts$',
      'an engine knows no cloud: the command hands it the tools of one',
    ),
    only(
      'bin-clouds',
      '^bin/clouds/([^/]+)/',
      '^bin/clouds/([^/]+\\.ts$|$1/)|^bin/(cost|dead-letters|doctor|drain|forget)/|^stacks/($1|terraform)/|^(constructs/config|lambdas/(core|forget|adapters/($1|shared)))/|^lambdas/(apps|functions|pipeline-plan)\\.ts$',
      "a cloud's tools know the engines, their own stacks, and no other cloud",
    ),
    {
      name: 'bin-tools',
      comment: 'bin/clouds/load.ts alone loads the tools of a cloud, and only when a command asks',
      severity: 'error',
      from: { path: '^bin/(?!clouds/)' },
      to: { path: '^bin/clouds/[^/]+/' },
    },
    {
      name: 'bin-packages',
      comment: "packages that deploy to a cloud or call it are loaded by that cloud's tools alone",
      severity: 'error',
      from: { path: '^bin/', pathNot: '^bin/clouds/[^/]+/' },
      to: { path: 'node_modules/(@aws-sdk/|@google-cloud/|@azure/|aws-cdk-lib/|cdktf/|constructs/)' },
    },
    {
      name: 'cdktf',
      comment: 'one file stands between us and CDK for Terraform: a successor is a change there',
      severity: 'error',
      from: { pathNot: '^test/|^constructs/shared/cdktf\\.ts$' },
      to: { path: 'node_modules/cdktf/' },
    },
    {
      name: 'providers',
      comment: 'constructs and stacks of a Terraform cloud make resources of its provider, and nobody else',
      severity: 'error',
      from: { pathNot: '^test/|^constructs/(gcp|azure)/|^stacks/terraform/' },
      to: { path: 'node_modules/@cdktf/' },
    },
    {
      name: 'providers-deep',
      comment: 'the index of a provider loads every resource that it has, for seconds',
      severity: 'error',
      from: {},
      to: {
        path: 'node_modules/@cdktf/',
        pathNot: 'node_modules/@cdktf/provider-[a-z]+/lib/[a-z0-9-]+/index\\.(js|d\\.ts)$',
      },
    },
    {
      name: 'constructs-of-clouds',
      comment: 'who imports the constructs of one cloud gets nothing of another',
      severity: 'error',
      from: { path: '^constructs/(aws|gcp|azure)/' },
      to: { path: '^constructs/(aws|gcp|azure)/', pathNot: '^constructs/$1/' },
    },
    {
      name: 'aws-without-terraform',
      comment: 'an app of the CDK has no CDK for Terraform',
      severity: 'error',
      from: { path: '^(constructs|stacks)/aws/' },
      to: { path: '^constructs/shared/cdktf\\.ts$|node_modules/(cdktf|@cdktf)/' },
    },
    {
      name: 'terraform-without-aws',
      comment: 'a stack of Terraform has no CDK of AWS',
      severity: 'error',
      from: { path: '^constructs/(gcp|azure|shared|contract)/|^stacks/terraform/' },
      to: { path: 'node_modules/aws-cdk-lib/|^constructs/aws/' },
    },
    {
      name: 'stacks-of-clouds',
      comment: 'the app of one tool knows nothing of the other',
      severity: 'error',
      from: { path: '^stacks/(aws|terraform)/' },
      to: { path: '^stacks/(aws|terraform)/', pathNot: '^stacks/$1/' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-cycles',
      comment: 'everything points in one direction',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
