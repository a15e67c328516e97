/**
 * The files that make a bundle a standard MLflow model: `MLmodel` with the flavors `xgboost` and `python_function`, and
 * the environment files that it names. https://mlflow.org/docs/latest/ml/model/#storage-format
 */

import { sha256 } from '../stores/json.ts';

// The versions that the live test loads bundles with.
const PYTHON = '3.11';
const MLFLOW = '3.17.2';
const XGBOOST = '3.2.0';
const REQUIREMENTS = [
  `mlflow-skinny==${MLFLOW}`,
  `xgboost==${XGBOOST}`,
  'numpy==2.4.6',
  'pandas==3.1.1',
  'scipy==1.17.1',
];

export interface MlflowFacts {
  /** Encoded feature names, in the model's order. */
  readonly names: readonly string[];
  readonly model: string;
  readonly runId: string;
  /** ms since 1970. */
  readonly createdAt: number;
}

/** The files by name. The same facts give the same bytes. */
export function mlflowFiles(facts: MlflowFacts): ReadonlyMap<string, string> {
  return new Map([
    ['MLmodel', mlmodel(facts)],
    ['conda.yaml', condaYaml()],
    [
      'python_env.yaml',
      `python: ${PYTHON}\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n`,
    ],
    ['requirements.txt', `${REQUIREMENTS.join('\n')}\n`],
  ]);
}

function mlmodel({ names, model, runId, createdAt }: MlflowFacts): string {
  const inputs = names.map((name) => ({ type: 'float', name, required: true }));
  const created = new Date(createdAt).toISOString().replace('T', ' ').replace('Z', '000');
  return `flavors:
  python_function:
    data: model.ubj
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.xgboost
    python_version: '${PYTHON}'
  xgboost:
    code: null
    data: model.ubj
    model_class: xgboost.core.Booster
    model_format: ubj
    xgb_version: ${XGBOOST}
mlflow_version: ${MLFLOW}
model_uuid: ${sha256(`${model}\n${runId}`).slice(0, 32)}
signature:
  inputs: ${yamlText(inputs)}
  outputs: ${yamlText([{ type: 'float', required: true }])}
  params: null
utc_time_created: '${created}'
`;
}

function condaYaml(): string {
  const pip = REQUIREMENTS.map((requirement) => `  - ${requirement}`).join('\n');
  return `channels:
- conda-forge
dependencies:
- python=${PYTHON}
- pip
- pip:
${pip}
name: mlflow-env
`;
}

/** JSON inside a single-quoted YAML scalar, in ASCII: YAML forbids or folds some characters that JSON allows. */
function yamlText(value: unknown): string {
  const json = JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${json.replaceAll("'", "''")}'`;
}
