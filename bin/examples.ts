import type { Command } from 'commander';

/** First commands for a newcomer. */
const FIRST = `Examples:
  mlops demo                        the whole loop with sample rows, in seconds
  mlops demo --data bank-full.csv   the same with real rows
  mlops status --demo               versions, champion, rollback target, last windows
  mlops rollback bank-marketing --by you --demo
  mlops cost --env dev              what it costs on AWS, before anything is deployed
  mlops doctor --env dev            whether this account is ready for it
`;

/** Most frequent invocations, by command. */
const OF_COMMAND: Readonly<Record<string, readonly string[]>> = {
  demo: ['mlops demo', 'mlops demo --scenario stable --seed 7', 'mlops demo churn --data churn.csv.gz'],
  validate: ['mlops validate path/to/blueprint.ts', 'mlops validate --schema > blueprint.schema.json'],
  lock: ['mlops lock churn'],
  status: ['mlops status --demo', 'mlops status churn --json'],
  approve: ['mlops approve churn 3 --by ada'],
  tick: ['mlops tick churn'],
  rollback: ['mlops rollback churn --by ada', 'mlops rollback churn --version 3 --by ada'],
  serve: ['mlops serve churn --port 8080'],
  export: [
    'mlops export churn --out rows.csv.gz',
    'mlops export churn --database postgres://reader@db.example/crm --out rows.csv --from 2026-01-01T00:00:00Z',
  ],
  train: ['mlops train churn --data rows.csv.gz'],
  score: ['mlops score churn --data rows.csv', 'mlops score churn 3 --data rows.csv --out scores.csv.gz'],
  drift: [
    'mlops drift churn --cur this-month.csv --fail',
    'mlops drift churn --ref last-month.csv --cur this-month.csv --out drift.html',
  ],
  card: ['mlops card churn', 'mlops card churn 3 --against 2', 'mlops card churn --check --out card.html'],
  bundle: ['mlops bundle export churn 3', 'mlops bundle import churn churn-v3.tar --by ada'],
  cost: ['mlops cost churn --env prod --budget 20'],
  doctor: ['mlops doctor churn --env dev'],
  explain: ['mlops explain', 'mlops explain csv/missing-column'],
  'dead-letters': [
    'mlops dead-letters churn --env prod',
    'mlops dead-letters churn --env prod --replay 4f0c',
  ],
  forget: ['mlops forget churn --key 4711 --dry-run', 'mlops forget churn --key 4711 --env prod'],
  drain: ['mlops drain churn --env dev', 'mlops drain churn --env dev --confirm dev'],
};

/** Puts examples before the help of the program and of each of its commands. */
export function addExamples(program: Command): void {
  program.addHelpText('before', FIRST);
  for (const command of program.commands) {
    const lines = OF_COMMAND[command.name()] ?? [];
    const text = ['Examples:', ...lines.map((line) => `  ${line}`), ''].join('\n');
    for (const shown of [command, ...command.commands]) shown.addHelpText('before', text);
  }
}
