import type { Summary } from '../summary.ts';
import { number, row, section, table, text } from './elements.ts';
import { count, days, moment, plural } from './format.ts';
import { type Html, html } from './html.ts';

/** Answers of the version that was judged, by status. */
export function answersSection({ drift }: Summary): Html {
  if (drift.length === 0) return section('answers', 'Answers', html`<p>No window was judged.</p>`);
  const total = { ok: 0, invalid: 0, error: 0 };
  for (const { answers } of drift) {
    total.ok += answers.ok;
    total.invalid += answers.invalid;
    total.error += answers.error;
  }
  const all = total.ok + total.invalid + total.error;
  const line = (name: string, meaning: string, n: number) =>
    row(name, number(count(n)), number(share(n, all)), text(meaning));
  const rows = [
    line('ok', 'a score was given', total.ok),
    line('invalid', 'the request was refused', total.invalid),
    line('error', 'the service failed', total.error),
  ];
  const heads = ['Status', 'Answers', 'Share', 'Meaning'];
  const caption = `Answers by status, over ${plural(drift.length, 'window')}`;
  const perWindow = drift.map(({ window, answers }) =>
    row(window, number(count(answers.ok)), number(count(answers.invalid)), number(count(answers.error))),
  );
  return section(
    'answers',
    'Answers',
    html`<p>Of the version that each window was judged by; a version that was taken back within a window is counted in its row of the versions' table.</p>`,
    table(caption, heads, rows),
    html`<details><summary>Answers of each window</summary>
${table('Answers of each window', ['Window', 'ok', 'invalid', 'error'], perWindow, 'compact')}</details>`,
  );
}

function share(n: number, all: number): string {
  return all === 0 ? '–' : `${((100 * n) / all).toFixed(2)} %`;
}

/** What was trained again, and why. */
export function retrainingsSection({ retrainings }: Summary): Html {
  if (retrainings.length === 0) {
    return section('retrainings', 'Retrainings', html`<p>Nothing called for a retraining.</p>`);
  }
  const rows = retrainings.map(({ at, trigger, reason, runId, version }) =>
    row(
      moment(at),
      text(trigger),
      html`<td class="reason">${reason}</td>`,
      text(version === null ? 'none' : `version ${version}`),
      text(html`<code>${runId}</code>`),
    ),
  );
  const heads = ['When', 'Trigger', 'Reason', 'Came of it', 'Run'];
  return section('retrainings', 'Retrainings', table('Every retraining', heads, rows));
}

/** Where everything in this report comes from. */
export function provenanceSection(summary: Summary): Html {
  const { model, scenario, seed, data, scoresSha256, versions } = summary;
  const origin = data.origin === 'generated' ? 'made up by the blueprint’s generator' : 'a file';
  const facts: readonly (readonly [string, string | Html])[] = [
    ['Model', model],
    ['Scenario', scenario],
    ['Seed', String(seed)],
    ['Data', `${plural(data.rows, 'row')}, ${origin}`],
    ['Time of the data', days(data.from, data.to)],
    ['SHA-256 of all answers', html`<code>${scoresSha256}</code>`],
  ];
  const digests = versions.map(({ version, digest, modelSha256, trainRows, holdoutRows }) =>
    row(
      version,
      number(count(trainRows)),
      number(count(holdoutRows)),
      text(html`<code>${digest}</code>`),
      text(html`<code>${modelSha256}</code>`),
    ),
  );
  const heads = [
    'Version',
    'Training rows',
    'Holdout rows',
    'SHA-256 of the bundle’s manifest',
    'SHA-256 of the model',
  ];
  return section(
    'provenance',
    'Provenance',
    table(
      'Where this comes from',
      ['Item', 'Value'],
      facts.map(([name, value]) => row(name, text(value))),
      'facts',
    ),
    versions.length === 0 ? html`` : table('Digests of every version', heads, digests, 'digests'),
    html`<p class="muted">The same seed and data give the same numbers, digests and bytes on every machine. <code>summary.json</code> beside this page holds the same numbers.</p>`,
  );
}
