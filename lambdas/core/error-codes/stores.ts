import type { ErrorTable } from './entry.ts';

/** Objects, state and records that functions write. */
export const STORES = {
  'objects/invalid-key': {
    meaning: 'An object key is not valid, or is the folder of another key.',
    fix: 'Use /-separated segments of letters, digits and . _ = : -.',
  },
  'objects/io': {
    meaning: 'The file system of the local object store reports an error.',
    fix: 'Check the disk and the folder .mlops.',
  },
  'store/corrupt': {
    meaning: 'A stored object differs from the object that was written, or cannot be read as expected.',
    fix: 'Run the step that wrote it again, or restore an earlier version.',
  },
  'store/exists': {
    meaning: 'An object of that name already holds other content.',
    fix: 'Start a new run.',
  },
  'store/missing': {
    meaning: 'A stored object is missing.',
    fix: 'Run the step that writes it, or restore it from a backup.',
  },
  'store/not-finite': {
    meaning: 'A document holds a number that JSON cannot store.',
    fix: 'Report it with --verbose: a computation gave NaN or infinity.',
  },
  'store/unknown-outcome': {
    meaning: 'The result of a write is unknown: the store did not answer.',
    fix: 'Run the same step again: it reads the result.',
  },
  'store/unreadable': {
    meaning: 'A stored document is not JSON, or has an unsupported schema version.',
    fix: 'Deploy the version of the functions that wrote it, or a later one.',
  },
  'state/contended': {
    meaning: 'Other writers changed the object in every attempt.',
    fix: 'Run it again.',
  },
  'state/corrupt': {
    meaning: 'A state object cannot be read.',
    fix: 'Restore an earlier version of the object; after an edit by hand, remove its sha256.',
  },
  'snapshot/changed': {
    meaning: 'The snapshot of the training rows already holds other rows.',
    fix: 'Start a new run.',
  },
  'quarantine/changed': {
    meaning: 'The quarantine of the run already holds other rows.',
    fix: 'Start a new run.',
  },
  'lines/not-written': {
    meaning: 'A line could not be appended to a local file.',
    fix: 'Check the disk and the folder .mlops.',
  },
  'online/not-finite': {
    meaning: 'A row for the online store holds a number that is infinite or NaN.',
    fix: 'Correct the value in the source.',
  },
  'online/too-large': {
    meaning: 'The newest row of a key is larger than a feature group accepts.',
    fix: 'Reduce the features or days that lag and rolling features cover.',
  },
  'predictions/buffer-full': {
    meaning: 'Prediction records cannot be written, and their buffer is full.',
    fix: 'Free space on the disk.',
  },
  'predictions/line-break': {
    meaning: 'A prediction record contains a line break.',
    fix: 'Report it: records are single lines of JSON.',
  },
  'predictions/lost': {
    meaning: 'The stream rejected prediction records in every attempt.',
    fix: 'Raise the limits of the Firehose stream.',
  },
  'predictions/no-secret': {
    meaning: 'The key of the model is sensitive, and the secret for pseudonyms is missing.',
    fix: 'Set the secret that pseudonyms are made with.',
  },
  'predictions/too-large': {
    meaning: 'A prediction record is larger than the stream accepts.',
    fix: 'Shorten text fields, or capture fewer features.',
  },
  'secret/empty': {
    meaning: 'The secret for pseudonyms has no text.',
    fix: 'Store a text value in the secret.',
  },
} satisfies ErrorTable<
  'lines' | 'objects' | 'online' | 'predictions' | 'quarantine' | 'secret' | 'snapshot' | 'state' | 'store'
>;
