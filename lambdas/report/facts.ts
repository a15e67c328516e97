import { count, plural } from '../core/format.ts';
import { number, row, section, table, textCell } from './elements.ts';
import { days, moment } from './format.ts';
import { type Html, html } from './html.ts';
import { reasonsText, refusalText, refusedIn } from './refusals.ts';
import type { Summary } from './summary.ts';

/** Every answer that was given, by version and status, and every request that got none. */
export function answersSection(summary: Summary): Html {
  const { answers, requests, drift } = summary;
  if (requests.sent === 0) return section('answers', 'Answers', html`<p>No request was sent.</p>`);
  const rows = answers.map(({ version, ok, invalid, error }) => {
    const all = ok + invalid + error;
    const cells = [ok, invalid, error].map((n) => number(`${count(n)} (${share(n, all)})`));
    return row(`version ${version}`, ...cells, number(count(all)));
  });
  const heads = ['Answered by', 'ok', 'invalid', 'error', 'All'];
  const perWindow = drift.map(({ window, requests: { sent, refusals }, setAside }) =>
    row(
      window,
      number(count(sent)),
      number(count(refusedIn(refusals))),
      textCell(refusalText(refusals) || '–'),
      textCell(reasonsText(setAside) || 'none'),
    ),
  );
  return section(
    'answers',
    'Answers',
    html`<p>Every version is counted, also one that was rolled back. <em>invalid</em>: its features refused the row; <em>error</em>: it failed. A request that a challenger refused and the champion answered counts for both.</p>`,
    table(`Answers by version and status, over ${plural(drift.length, 'window')}`, heads, rows),
    refusalsTable(summary),
    html`<details><summary>Requests and rows of each window</summary>
${table('Requests and rows of each window', ['Window', 'Requests', 'Refused', 'Reasons', 'Rows quarantined'], perWindow, 'compact')}</details>`,
  );
}

/** Requests that their callers saw refused, by status, code and field. */
function refusalsTable({ requests: { sent, refusals } }: Summary): Html {
  if (refusals.length === 0) return html`<p>None of ${plural(sent, 'request')} was refused.</p>`;
  const rows = refusals.map(({ status, code, field, requests }) =>
    row(
      code,
      textCell(field === '' ? 'the request' : field),
      number(status),
      number(count(requests)),
      number(share(requests, sent)),
    ),
  );
  const heads = ['Code', 'Field', 'Status', 'Requests', 'Share of all'];
  return table(`Refused requests: ${count(refusedIn(refusals))} of ${count(sent)}`, heads, rows);
}

function share(n: number, all: number): string {
  return all === 0 ? '–' : `${((100 * n) / all).toFixed(2)} %`;
}

/** Lists the retrainings, each with its reason. */
export function retrainingsSection({ retrainings }: Summary): Html {
  if (retrainings.length === 0) {
    return section('retrainings', 'Retrainings', html`<p>Nothing called for a retraining.</p>`);
  }
  const rows = retrainings.map(({ at, trigger, reason, runId, version }) =>
    row(
      moment(at),
      textCell(trigger),
      html`<td class="reason">${reason}</td>`,
      textCell(version === null ? 'none' : `version ${version}`),
      textCell(html`<code>${runId}</code>`),
    ),
  );
  const heads = ['When', 'Trigger', 'Reason', 'Result', 'Run'];
  return section('retrainings', 'Retrainings', table('Every retraining', heads, rows));
}

/** Lists the origin of everything in this report. */
export function provenanceSection(summary: Summary): Html {
  const { model, scenario, seed, data, scoresSha256, versions } = summary;
  const origin = data.origin === 'generated' ? 'made up by the blueprint’s generator' : 'a file';
  const facts: readonly (readonly [string, string | Html])[] = [
    ['Model', model],
    ['Scenario', scenario],
    ['Seed', String(seed)],
    ['Data', `${plural(data.rows, 'row')}, ${origin}`],
    ['Rows of the file quarantined', reasonsText(data.setAside) || 'none'],
    ['Time of the data', days(data.from, data.to)],
    ['SHA-256 of all answers', html`<code>${scoresSha256}</code>`],
  ];
  const digests = versions.map(({ version, digest, modelSha256, trainRows, holdoutRows }) =>
    row(
      version,
      number(count(trainRows)),
      number(count(holdoutRows)),
      textCell(html`<code>${digest}</code>`),
      textCell(html`<code>${modelSha256}</code>`),
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
      'Seed, data and digests',
      ['Item', 'Value'],
      facts.map(([name, value]) => row(name, textCell(value))),
      'facts',
    ),
    versions.length === 0 ? html`` : table('Digests of every version', heads, digests, 'digests'),
    html`<p class="muted">The same seed and data give the same numbers, digests and bytes on every machine. <code>summary.json</code> beside this page holds the same numbers.</p>`,
  );
}
