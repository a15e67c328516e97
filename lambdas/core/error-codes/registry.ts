import type { ErrorTable } from './entry.ts';

/** Model versions, bundles and releases. */
export const REGISTRY = {
  'registry/failed-validation': {
    meaning: 'The version did not pass validation and cannot be approved.',
    fix: 'Train again; the message lists the failed rules.',
  },
  'registry/fenced': {
    meaning: 'A newer run has registered a version, so this run may not register any more.',
    fix: 'Do nothing: the version of the newer run counts.',
  },
  'registry/not-approved': {
    meaning: 'The version is not approved, or not as it was registered.',
    fix: 'Run mlops approve with the model, the version and --by.',
  },
  'registry/not-ours': {
    meaning: 'The approved package does not belong to this model.',
    fix: 'Approve a package that this model registered.',
  },
  'registry/other-digest': {
    meaning: 'The approved package has another digest than the version in the registry.',
    fix: 'Reject the package: it was not made by this model.',
  },
  'registry/registering': {
    meaning: 'The version is still being registered.',
    fix: 'Wait for the end of its training run, or start it again.',
  },
  'registry/rejected': {
    meaning: 'The version was rejected and cannot be approved.',
    fix: 'Train again: a new version gets a new number.',
  },
  'registry/not-an-approver': {
    meaning:
      'The identity that approved the version in the registry is not one of the approvers of the environment.',
    fix: 'Ask one of the approvers to approve it, or add the identity to approvers and deploy.',
  },
  'registry/approval-by-payload': {
    meaning: 'The payload of a call names the approver without proof, and this environment needs proof.',
    fix: "Approve the package in the cloud's registry as one of the approvers.",
  },
  'registry/same-identity': {
    meaning: 'The approver is the person who trained the version.',
    fix: 'Ask another person to approve it.',
  },
  'release/not-comparable': {
    meaning: 'The feature store no longer has a column that a version needs for the comparison.',
    fix: "Set serving.release.strategy to 'all-at-once' for this release.",
  },
  'release/not-serving': {
    meaning: 'The version to roll back is not serving.',
    fix: 'Run mlops status for the version that serves, and name that.',
  },
  'release/not-started': {
    meaning: 'The version is approved, and its release did not start.',
    fix: 'Run mlops status, and approve it again when no release is under way.',
  },
  'release/nothing-before': {
    meaning: 'The release has no earlier version to roll back to.',
    fix: 'Train and approve another version.',
  },
  'release/rejected': {
    meaning: 'The version was stopped or rolled back and cannot be released again.',
    fix: 'Train again: a new version gets a new number.',
  },
  'release/replayed': {
    meaning: 'The release pointer is an old copy: it names a version that was rolled back since.',
    fix: 'Run mlops tick to repair it.',
  },
  'release/went-back': {
    meaning: 'The release pointer has a lower number than the one already read, so it is ignored.',
    fix: 'Restore the newest version of release/state.json.',
  },
  'bundle/changed': {
    meaning: 'The content of a bundle differs from the content that was written.',
    fix: 'Export the bundle again, or start a new run.',
  },
  'bundle/digest-mismatch': {
    meaning: 'A file of a registered version does not match its digest.',
    fix: 'Roll back to another version, and check who wrote to the bucket.',
  },
  'bundle/no-file': {
    meaning: 'The file of the bundle does not exist or cannot be read.',
    fix: 'Give a file that mlops bundle export wrote.',
  },
  'bundle/not-an-archive': {
    meaning: 'The file was not written by mlops bundle export.',
    fix: 'Export the bundle again.',
  },
  'bundle/not-found': {
    meaning: 'A file of a registered version is missing.',
    fix: 'Restore it from a backup, or roll back to another version.',
  },
  'bundle/other-digest': {
    meaning: 'The bundle is not the one that --digest names.',
    fix: 'Compare the digest with the output of mlops bundle export.',
  },
  'bundle/other-features': {
    meaning: 'The bundle was trained on other features than the blueprint declares.',
    fix: 'Import it with the blueprint that it was trained with.',
  },
  'bundle/other-model': {
    meaning: 'The bundle belongs to another model.',
    fix: 'Import it into the model that the message names.',
  },
  'bundle/too-large': {
    meaning: 'The file is larger than a bundle can be.',
    fix: 'Give a file that mlops bundle export wrote.',
  },
  'bundle/unreadable': {
    meaning: 'A document in the bundle is not valid.',
    fix: 'Export the bundle again with the same version of this program.',
  },
} satisfies ErrorTable<'bundle' | 'registry' | 'release'>;
