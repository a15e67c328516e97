import type { ErrorTable } from './entry.ts';

/** Props of constructs. */
export const CONSTRUCT = {
  'construct/wrong-prop': {
    meaning: 'A construct was made without a prop that it needs, or with something else in its place.',
    fix: 'Give what the message names: a construct of this package, or the result of resolveConfig.',
  },
  'construct/other-model': {
    meaning: 'A construct of one model was given a store, registry or another part of a second model.',
    fix: 'Make the parts of each model anew; only Notifications may be shared.',
  },
  'construct/no-batch': {
    meaning: 'The construct for batch scoring needs a schedule that the blueprint does not have.',
    fix: 'Set serving.batch, or leave the construct out.',
  },
} satisfies ErrorTable<'construct'>;
