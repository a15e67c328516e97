import type { Retention } from '../../constructs/config/retention.ts';
import type { ForgetReport } from '../../lambdas/forget/report.ts';
import type { Remains } from './person-stores.ts';

/** Everything of the person that stays after a deletion, with the reason and the end where there is one. */
export function remainsOf(
  report: ForgetReport,
  retention: Retention,
  beyond: readonly Remains[],
): readonly Remains[] {
  return [
    {
      what: 'the source database and files',
      why: 'they are not of this model; delete the person there too, or the next export or training brings the rows back',
    },
    ...report.versions.map(({ version }) => ({
      what: `version ${version}`,
      why: 'its weights, profile and metrics are made of many rows, with those of the person; train and approve a new version, which has none of them',
    })),
    ...unreadOf(report, retention),
    report.arriving > 0
      ? {
          what: `${report.arriving} predictions, and more to come`,
          why: 'a client still sends this key; stop it, then run this again',
        }
      : {
          what: 'requests that are answered at this moment',
          why: 'their records may be written after this; run it again in 15 minutes to be sure',
        },
    ...beyond,
  ];
}

function unreadOf({ unread }: ForgetReport, retention: Retention): readonly Remains[] {
  const groups = new Map<
    string,
    { prefix: (typeof unread)[number]['prefix']; why: string; rows: number; objects: number }
  >();
  for (const { prefix, why, rows } of unread) {
    const group = groups.get(`${prefix} ${why}`) ?? { prefix, why, rows: 0, objects: 0 };
    groups.set(`${prefix} ${why}`, { ...group, rows: group.rows + rows, objects: group.objects + 1 });
  }
  return [...groups.values()].map(({ prefix, why, rows, objects }) => {
    const kept = retention[prefix === 'undelivered' ? 'predictions' : prefix];
    const end =
      kept === 'forever'
        ? `retention.${prefix} is 'forever': delete them by hand`
        : `the objects are deleted ${kept} days after they were written`;
    return {
      what: `${rows === 0 ? 'content' : `${rows} rows`} of ${objects} objects under ${prefix}/`,
      why: `${why}; ${end}`,
    };
  });
}
