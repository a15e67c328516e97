/** Labels on Google Cloud, which are made of an environment's tags. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import { MODEL_TAGS } from '../model-tags.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

/** Labels of a resource (cloud.google.com/resource-manager/docs/labels-overview#requirements). */
const MOST_LABELS = 64;
/** `goog-terraform-provisioned`, which the provider adds. */
const OF_PROVIDER = 1;
const MOST_CHARACTERS = 63;
const KEY = /^[a-z][a-z0-9_-]{0,62}$/;
const VALUE = /^[a-z0-9_-]{0,63}$/;

/** Name of the label that a tag of a model becomes: `mlops-model` of `mlops:model`. */
export const labelKey = (tag: string): string => tag.replaceAll(':', '-');

/** Returns the problems of an environment's tags that are not labels as they are: nothing is changed in silence. */
export function gcpLabelProblems({ tags }: Environment): Problem[] {
  const names = Object.keys(tags);
  const most = MOST_LABELS - OF_PROVIDER - MODEL_TAGS.length;
  return [
    ...(names.length > most
      ? [
          problem(
            'gcp/too-many-labels',
            'tags',
            'are more than a resource can have beside those of the model',
            {
              got: `${names.length}`,
              allowed: `at most ${most}`,
            },
          ),
        ]
      : []),
    ...Object.entries(tags).flatMap(([name, value]) => [
      ...(KEY.test(name) ? [] : [wrong('gcp/label-key', name, name, 'begin with a letter, ')]),
      ...(VALUE.test(value) ? [] : [wrong('gcp/label-value', name, value, '')]),
    ]),
  ];
}

const wrong = (
  code: 'gcp/label-key' | 'gcp/label-value',
  name: string,
  text: string,
  more: string,
): Problem =>
  problem(code, `tags.${name}`, 'cannot be a label', {
    got: `'${text}'`,
    allowed: `${more}lower-case letters, digits, _ and -, at most ${MOST_CHARACTERS}`,
    fix: `write '${asLabel(text, code === 'gcp/label-key')}', or give the tag to the other clouds only: on.aws.tags`,
  });

/** The nearest text that is a label, for advice. */
function asLabel(text: string, isKey: boolean): string {
  const lower = text.toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  return (isKey ? lower.replace(/^[^a-z]+/, '') : lower).slice(0, MOST_CHARACTERS) || 'label';
}
