/**
 * Describes fields that a request may not have: by their positions and by names of the model's own. The caller's text is
 * never repeated, it may be personal.
 */

import { closest } from '../core/closest.ts';
import { columnFeatures, isColumnFeature } from '../core/features/columns.ts';
import { columnNameOf, type FeatureSpec } from '../core/features/spec.ts';

/** Fields described of one object; to look for what was meant takes time. */
const MAX_DESCRIBED = 5;

/** Returns what to write behind the known names, undefined where every field is known. */
export type DescribeUnknown = (
  object: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
) => string | undefined;

/** Describes unknown fields of the requests of one model. */
export function createDescribeUnknown(features: FeatureSpec): DescribeUnknown {
  const computed = new Set(features.fields.filter((one) => !isColumnFeature(one)).map(({ name }) => name));
  const byColumn = new Map(columnFeatures(features).map((one) => [columnNameOf(one), one.name]));

  return (object, known) => {
    const positions: number[] = [];
    const meant = new Set<string>();
    const own = new Set<string>();
    let position = 0;
    for (const name in object) {
      position += 1;
      if (known.has(name)) continue;
      positions.push(position);
      const renamed = byColumn.get(name) ?? '';
      const guess = known.has(renamed) ? renamed : closest(name, [...known]);
      if (computed.has(name)) own.add(name);
      else if (guess !== undefined) meant.add(guess);
      if (positions.length === MAX_DESCRIBED) break;
    }
    if (positions.length === 0) return undefined;
    const [fields, are] = positions.length === 1 ? ['field', 'is'] : ['fields', 'are'];
    const hints = [
      ...(own.size > 0 ? [`${quoted(own)} ${own.size > 1 ? 'are' : 'is'} computed here`] : []),
      ...(meant.size > 0 ? [`did you mean ${quoted(meant)}?`] : []),
    ];
    return [`${fields} ${positions.join(', ')} ${are} none of them`, ...hints].join('; ');
  };
}

const quoted = (names: ReadonlySet<string>): string => [...names].map((name) => `'${name}'`).join(', ');
