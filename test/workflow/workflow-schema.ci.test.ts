import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { compileMonitorWorkflow, compileTrainingWorkflow } from '../../constructs/gcp/compile-workflow.ts';
import { describeWith, run, workflowsSchema } from '../support/tools.ts';
import { URLS } from './run-workflow.ts';

/** Prints a file of the package without running it. */
const PRINT = `
import importlib.util, pathlib
print((pathlib.Path(importlib.util.find_spec('workflows_emulator').origin).parent / 'workflow-schema.json').read_text())`;

describeWith(workflowsSchema, "the schema of Cloud Workflows' syntax", () => {
  const schema = JSON.parse(run(workflowsSchema, ['-c', PRINT])) as object;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  const { source } = compileTrainingWorkflow(URLS);

  it.each([
    ['training', source],
    ['monitoring', compileMonitorWorkflow(URLS).source],
  ])('accepts the definition of %s', (_, definition) => {
    validate(definition);
    expect(validate.errors ?? []).toEqual([]);
  });

  const planted = (text: string, other: string): unknown => {
    const json = JSON.stringify(source);
    expect(json).toContain(text);
    return JSON.parse(json.replace(text, other));
  };

  it.each([
    ['without main', '"main":', '"begin":'],
    ['with a step of an unknown kind', '"assign":', '"set":'],
    ['with a result of no call', '"call":"http.post",', ''],
    ['with a delay that is a text', '"initial_delay":30', '"initial_delay":"30s"'],
    ['with an unknown kind of token', '"type":"OIDC"', '"type":"ID"'],
    ['with a condition that is a bare text', '"condition":true', '"condition":"yes"'],
    ['with a time-out that is a text', '"timeout":915', '"timeout":"915s"'],
    ['with an error handler that keeps no steps', '"as":"failure","steps"', '"as":"failure","then"'],
  ])('refuses a definition %s', (_, text, other) => {
    expect(validate(planted(text, other))).toBe(false);
  });
});
