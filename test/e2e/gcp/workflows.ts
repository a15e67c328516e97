/** Cloud Workflows on this machine: runs of the stack's own definitions, which call the functions by HTTP. */

import type { WorkflowSource } from '../../../constructs/gcp/workflow-source.ts';
import { interpretWorkflow } from '../../workflow/run-workflow.ts';
import { identityToken } from './cloud-run.ts';
import { type AppliedStack, stringOf } from './stack.ts';

/** One run of a workflow. */
export interface Execution {
  readonly output: unknown;
  /** Seconds of each wait; nobody waits really. */
  readonly waits: readonly number[];
  /** Status of the answers, by the service that gave them. */
  readonly answers: readonly { readonly url: string; readonly status: number }[];
}

export interface ExecutionOptions {
  /** Workflows' own clock is so much later, in ms. @default 0 */
  readonly laterMs?: number;
  /** Awaited before each call, with the waits so far. */
  readonly before?: (waits: readonly number[]) => Promise<unknown>;
}

/**
 * Runs a workflow to its end.
 *
 * @param name - Last part of its name, or its whole name.
 * @throws Raised where the run fails
 */
export async function executeWorkflow(
  stack: AppliedStack,
  name: string,
  argument: unknown,
  { laterMs = 0, before = async () => {} }: ExecutionOptions = {},
): Promise<Execution> {
  const body = stack.one('google_workflows_workflow', name.split('/').at(-1) ?? '');
  const source = JSON.parse(stringOf(body.source_contents)) as WorkflowSource; // compiled by us
  const [account = ''] = stringOf(body.service_account).split('/').slice(-1);
  const waits: number[] = [];
  const answers: { url: string; status: number }[] = [];
  const output = await interpretWorkflow(source, argument, {
    variables: body.user_env_vars as Readonly<Record<string, string>>,
    now: () => Date.now() + laterMs + waits.reduce((sum, one) => sum + one, 0) * 1_000,
    wait: (seconds) => void waits.push(seconds),
    async post({ url, body: sent, timeout, auth }) {
      await before(waits);
      const { audience } = auth as { readonly audience: string };
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${identityToken(account, audience)}`,
        },
        body: JSON.stringify(sent),
        signal: AbortSignal.timeout(timeout * 1_000),
      });
      answers.push({ url, status: answer.status });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
      return { status: answer.status, body: isJson ? (JSON.parse(text) as unknown) : text };
    },
  });
  return { output, waits, answers };
}
