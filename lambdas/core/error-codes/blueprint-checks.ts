import type { ErrorTable } from './entry.ts';

/** Rules between the fields of a blueprint. */
export const BLUEPRINT_CHECKS = {
  'blueprint/duplicate-feature': {
    meaning: 'Two features have the same name.',
    fix: 'Rename one of them; several features may read the same column.',
  },
  'blueprint/excluded-feature': {
    meaning: 'A feature reads a column that the blueprint excludes.',
    fix: 'Remove the feature, or remove the column from excluded.',
  },
  'blueprint/excluded-needed': {
    meaning: 'The blueprint excludes a column that it needs as key, event time or label.',
    fix: 'Remove the column from excluded.',
  },
  'blueprint/label-feature': {
    meaning: 'A feature reads the label, which is the value to predict.',
    fix: 'Remove the feature.',
  },
  'blueprint/key-feature': {
    meaning: 'A feature reads the key, which only identifies the entity.',
    fix: 'Remove the feature.',
  },
  'blueprint/event-time-feature': {
    meaning: 'A feature reads the event time as a plain value.',
    fix: "Use kind 'timestamp' with a part, or remove the feature.",
  },
  'blueprint/late-label': {
    meaning: 'A lag or rolling feature reads the label, which is not known yet when a request is scored.',
    fix: 'Use a feature as its input, or set delayDays to 0 if the label is known at its event.',
  },
  'blueprint/expectation-not-of-kind': {
    meaning: 'A feature has an expectation that does not apply to its kind.',
    fix: 'Remove the expectation.',
  },
  'blueprint/encoding-needs-label': {
    meaning: 'The ordinal encoding needs a label, and the problem of this blueprint has none.',
    fix: "Set encoding to 'one-hot'.",
  },
  'blueprint/one-hot-too-wide': {
    meaning: 'A one-hot feature keeps more categories than a table may have columns of one feature.',
    fix: "Lower maxCategories to 1,000, or set encoding to 'ordinal'.",
  },
  'blueprint/unknown-feature': {
    meaning: 'A lag or rolling feature refers to a feature that does not exist.',
    fix: "Correct the name in its field 'of'.",
  },
  'blueprint/not-numeric': {
    meaning: 'A lag or rolling feature refers to a feature that is not numeric.',
    fix: 'Choose a numeric feature.',
  },
  'blueprint/name-is-column': {
    meaning: 'A computed feature has the name of a column that is read from the source.',
    fix: 'Rename the feature.',
  },
  'blueprint/past-needs-keys': {
    meaning: 'A lag or rolling feature needs requests by key, and the online API does not accept keys.',
    fix: 'Set serving.online.byKey to true.',
  },
  'blueprint/min-above-max': {
    meaning: 'The smaller number of a pair, such as min, is above the larger one.',
    fix: 'Exchange the two numbers, or correct one of them.',
  },
  'blueprint/no-limit': {
    meaning: 'A range has neither min nor max.',
    fix: 'Give min, max or both.',
  },
  'blueprint/same-column': {
    meaning: 'Two roles, such as key and label, have the same column.',
    fix: 'Give each role a column of its own.',
  },
  'blueprint/unknown-step': {
    meaning: 'The ground truth refers to a step of the source that is not exported.',
    fix: 'Name an exported step, or set keep on the step.',
  },
  'blueprint/unknown-column': {
    meaning: 'The list of sensitive columns has a column that the last step does not select.',
    fix: 'Remove it from source.sensitive, or select the column.',
  },
  'blueprint/not-selected': {
    meaning: 'The last step of the source does not select a column that the blueprint uses.',
    fix: 'Select the column in the last query, or correct its name.',
  },
  'blueprint/no-window': {
    meaning: 'The queries do not read both ends of the window, so every export would read all rows.',
    fix: 'Add a condition on the event time from the start to the end of the window.',
  },
  'blueprint/algorithm-mismatch': {
    meaning:
      'The training algorithm does not fit the type of the problem, or does not have the given setting.',
    fix: 'Choose an algorithm that the message allows, or remove the setting.',
  },
  'blueprint/gap-without-time': {
    meaning: 'The split has a gap in days, and a split by hash does not follow time.',
    fix: "Remove gapDays, or set training.split.kind to 'time'.",
  },
  'blueprint/metric-not-of-problem': {
    meaning: 'The type of the problem does not have this metric or comparison.',
    fix: 'Choose a metric that the message allows, or remove the field.',
  },
  'blueprint/attribute-not-groups': {
    meaning: 'A fairness attribute is a feature without groups, such as a number.',
    fix: 'Add a categorical column of groups to the query and name that.',
  },
  'blueprint/unknown-attribute': {
    meaning: 'A fairness attribute is not a feature, an excluded column or a sensitive column.',
    fix: 'Correct the name of the attribute.',
  },
  'blueprint/warn-after-alert': {
    meaning: 'A warning level of the monitoring lies beyond its alert level.',
    fix: 'Exchange the two levels, or correct one of them.',
  },
  'blueprint/drift-limit': {
    meaning: 'A limit of a drift statistic can never be passed, or is passed by every window.',
    fix: 'Use a limit that the message names, or leave it out.',
  },
  'blueprint/monitoring-volume': {
    meaning: 'A monitoring window holds fewer rows than a report needs at the declared traffic.',
    fix: 'Lengthen monitoring.windowDays or lower monitoring.minRows.',
  },
  'blueprint/release-volume': {
    meaning: 'The release strategy needs more requests in a step than the blueprint declares.',
    fix: "Set serving.release.strategy to 'auto', or raise maxHoursPerStep.",
  },
  'blueprint/watch-volume': {
    meaning: 'The watch after a release needs more requests than the blueprint declares.',
    fix: 'Leave serving.release.watchHours out or raise it, raise alarms.errorRate, or serve more requests a day.',
  },
  'blueprint/share-too-large': {
    meaning: 'The first step of a release would take more than half of the requests from the champion.',
    fix: 'Lower serving.release.share to 0.5 or less.',
  },
} satisfies ErrorTable<'blueprint'>;
