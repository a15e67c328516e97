import { count, plural } from '../core/format.ts';
import { clause, day, sentenceList } from './format.ts';
import { type Html, html } from './html.ts';
import { FATES, triggerWords } from './levels.ts';
import { reasonsText, refusalText, refusedIn } from './refusals.ts';
import { isReturn, type Reign, reigns, servedByVersion } from './serving.ts';
import type { ReleaseSummary, Summary } from './summary.ts';

/** More windows than this are counted, not named. */
const MOST_NAMED = 8;

/** The whole story in words: the sentence that matters most, and what led to it. */
export function verdict(summary: Summary): Html {
  const now = reigns(summary).at(-1);
  const points = [
    whyItServes(summary, now),
    requests(summary),
    ...refusals(summary),
    drift(summary),
    ...retrainings(summary),
    ...takenBack(summary),
  ];
  return html`<p class="kicker">${summary.model} · scenario ${summary.scenario} · seed ${summary.seed}</p>
<h1>${headline(summary, now)}</h1>
<ul class="story">
${points.map((point) => html`<li>${point}</li>`)}
</ul>`;
}

/** Returns the version that serves now, and why, in one sentence. */
function headline(summary: Summary, now: Reign | undefined): string {
  const { stopped } = summary.requests;
  if (stopped !== null)
    return `Stopped after window ${stopped.window}: ${count(stopped.refused)} of ${plural(stopped.of, 'request')} were refused.`;
  if (now === undefined) return 'No version serves: nothing was released.';
  const trigger = summary.versions.find(({ version }) => version === now.version)?.trigger;
  const origin = trigger === undefined ? '' : `, ${triggerWords(trigger)}`;
  const { because } = now;
  return because.version === now.version
    ? `Version ${now.version} serves now${origin}.`
    : `Version ${now.version} serves now${origin}; version ${because.version} was ${FATES[because.fate].word}.`;
}

function whyItServes({ versions, releases }: Summary, now: Reign | undefined): string {
  if (now === undefined) {
    const reasons = versions.map(
      ({ version, fate, reason }) =>
        `version ${version} ${isWaiting(fate)}${reason && `: ${clause(reason)}`}`,
    );
    return reasons.length === 0 ? 'Nothing was trained.' : `${capital(sentenceList(reasons))}.`;
  }
  const own = releases.findLast(({ version }) => version === now.version);
  if (own === undefined) return `Version ${now.version} serves since ${day(now.from)}.`;
  return `It took over on ${day(own.startedAt)}: ${clause(own.reason)}.`;
}

function isWaiting(fate: Summary['versions'][number]['fate']): string {
  return fate === 'pending' ? 'is not released yet' : FATES[fate].word;
}

function requests(summary: Summary): string {
  const served = [...servedByVersion(summary)].filter(([, n]) => n > 0);
  const total = served.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return 'No requests were served.';
  return `${plural(total, 'request')} ${total === 1 ? 'was' : 'were'} served by ${plural(served.length, 'version')}.`;
}

function refusals({ requests: { sent, refusals: all }, drift: windows }: Summary): readonly string[] {
  const refused = refusedIn(all);
  const aside = windows.flatMap(({ window, setAside }) => {
    const reasons = reasonsText(setAside);
    return reasons === '' ? [] : [`window ${window}: ${reasons}`];
  });
  return [
    ...(refused === 0
      ? []
      : [`${count(refused)} of ${plural(sent, 'request')} refused: ${refusalText(all)}.`]),
    ...(aside.length === 0 ? [] : [`Rows were quarantined in ${aside.join('; ')}.`]),
  ];
}

function drift({ drift: windows, falseAlarms }: Summary): string {
  if (windows.length === 0) return 'No window was tested.';
  const drifted = windows.filter(({ verdict }) => verdict === 'drifted').map(({ window }) => String(window));
  const unjudged = windows.filter(({ verdict }) => verdict === 'insufficient').length;
  const few = unjudged === 0 ? '' : ` ${plural(unjudged, 'window')} had too few rows to test.`;
  const of = plural(windows.length, 'window');
  if (falseAlarms !== null) {
    return falseAlarms === 0
      ? `Nothing changes in this scenario, and none of ${of} raised a false alarm.${few}`
      : `Nothing changes in this scenario, yet ${count(falseAlarms)} of ${of} raised a false alarm.${few}`;
  }
  if (drifted.length === 0) return `None of ${of} drifted.${few}`;
  const which = drifted.length > MOST_NAMED ? `first window ${drifted[0]}` : sentenceList(drifted);
  return `${count(drifted.length)} of ${of} drifted: ${which}.${few}`;
}

function retrainings({ retrainings: all }: Summary): readonly string[] {
  if (all.length === 0) return ['Nothing was retrained.'];
  return all.map(({ at, trigger, reason, version }) => {
    const result = version === null ? 'result: no version' : `result: version ${version}`;
    return `Retrained on ${day(at)} (${trigger}): ${clause(reason)}; ${result}.`;
  });
}

function takenBack({ releases }: Summary): readonly string[] {
  const ended = releases.filter((release) => isReturn(release) || release.fate === 'aborted');
  if (ended.length === 0) return ['Nothing was rolled back.'];
  return ended.map(
    (release) =>
      `Version ${release.version} was ${FATES[release.fate].word} on ${day(release.endedAt)}${after(release)}: ${clause(release.reason)}.`,
  );
}

function after({ served, fate }: ReleaseSummary): string {
  return fate === 'aborted' ? '' : ` after ${plural(served, 'request')}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
