import type { ErrorTable } from './entry.ts';

/** Reading a blueprint: its file, its fields, its feature lock. */
export const BLUEPRINT = {
  'blueprint/not-found': {
    meaning: 'The blueprint does not exist: the argument is neither the name of a blueprint nor a file.',
    fix: 'Give the name of a folder in blueprints/, or the path of a blueprint.ts or .json file.',
  },
  'blueprint/file-type': {
    meaning: 'The file of a blueprint has another extension than .ts, .mts or .json.',
    fix: 'Rename the file, or give the path of the blueprint itself.',
  },
  'blueprint/not-loadable': {
    meaning:
      'The file of a blueprint cannot be evaluated: it throws, does not compile, or its path holds a question mark.',
    fix: 'Correct the error that the message quotes, or rename the folder.',
  },
  'blueprint/not-json': {
    meaning: 'The file ends in .json and is not valid JSON.',
    fix: 'Correct the syntax at the place that the message names.',
  },
  'blueprint/no-export': {
    meaning: 'The file of a blueprint does not export a constant named blueprint.',
    fix: 'Write export const blueprint = defineBlueprint({ … }).',
  },
  'blueprint/too-slow': {
    meaning: 'The evaluation of a blueprint did not finish within its time limit.',
    fix: 'Remove computations, timers and network calls from the file: a blueprint is data.',
  },
  'blueprint/ends-process': {
    meaning: 'The file of a blueprint ends its process, or awaits a promise that is never settled.',
    fix: 'Remove processes, timers and promises from the file: a blueprint is data.',
  },
  'blueprint/not-data': {
    meaning:
      'A value of the blueprint is a function, a symbol, a getter or a class instance instead of plain data.',
    fix: 'Write a text, number, boolean, list or plain object.',
  },
  'blueprint/too-deep': {
    meaning: 'The values of the blueprint are nested deeper than the limit.',
    fix: 'Remove levels at the path that the message names.',
  },
  'blueprint/too-large': {
    meaning: 'The blueprint is larger than 1 MiB, or holds more values than the limit.',
    fix: 'Remove data from the blueprint: rows belong into the source.',
  },
  'blueprint/unsafe-key': {
    meaning: 'A key of the blueprint is a name that JavaScript objects reserve, such as constructor.',
    fix: 'Rename the key.',
  },
  'blueprint/not-finite': {
    meaning: 'A number of the blueprint is NaN or infinite.',
    fix: 'Write a finite number.',
  },
  'blueprint/unknown-key': {
    meaning: 'The blueprint has a field that its schema does not have.',
    fix: 'Remove the field, or correct its name; mlops validate --schema prints all fields.',
  },
  'blueprint/missing': {
    meaning: 'A required field of the blueprint is missing.',
    fix: 'Add the field.',
  },
  'blueprint/wrong-type': {
    meaning: 'A field of the blueprint has the wrong type.',
    fix: 'Write a value of the type that the message names.',
  },
  'blueprint/bad-format': {
    meaning: 'A text or a name in the blueprint does not match the format of its field.',
    fix: 'Write it in the format that the message names.',
  },
  'blueprint/not-allowed': {
    meaning: 'A field of the blueprint has a value that is not one of its options.',
    fix: 'Choose one of the allowed values that the message lists.',
  },
  'blueprint/out-of-range': {
    meaning: 'A number of the blueprint lies outside the range of its field.',
    fix: 'Write a number within the limits; shares are fractions, 0.1 is 10 %.',
  },
  'blueprint/too-long': {
    meaning: 'A text or list of the blueprint is longer than its field allows.',
    fix: 'Shorten it to the limit that the message names.',
  },
  'blueprint/too-short': {
    meaning: 'A text or list of the blueprint is shorter than its field allows.',
    fix: 'Add characters or entries up to the limit that the message names.',
  },
  'blueprint/invalid': {
    meaning: 'A field of the blueprint does not meet a rule of its schema.',
    fix: 'Change the field as the message says.',
  },
  'blueprint/reserved-name': {
    meaning: 'A name in the blueprint is reserved.',
    fix: 'Choose another name.',
  },
  'blueprint/other-lock': {
    meaning: 'The features.lock.json beside the blueprint belongs to a model of another name.',
    fix: 'Delete features.lock.json if the new model has not been deployed yet.',
  },
  'blueprint/features-version-lower': {
    meaning: 'The version of the features is lower than the deployed one in features.lock.json.',
    fix: 'Set features.version to the deployed version, or one higher if features changed.',
  },
  'blueprint/features-changed': {
    meaning: 'A feature was changed or removed, and its version of the features is already deployed.',
    fix: 'Raise features.version by 1.',
  },
  'blueprint/duplicate-column': {
    meaning: 'Two columns of features.columns have one name.',
    fix: 'Remove one of them; features.lock.json gives the order.',
  },
  'blueprint/rows-changed': {
    meaning: 'The key or event time of the rows was changed, and rows are stored by the deployed ones.',
    fix: 'Raise features.version by 1.',
  },
  'blueprint/past-added': {
    meaning:
      'A new lag or rolling feature needs past events, and the deployed online store does not hold them.',
    fix: 'Raise features.version by 1.',
  },
} satisfies ErrorTable<'blueprint'>;
