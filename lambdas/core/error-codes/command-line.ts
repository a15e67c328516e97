import type { ErrorTable } from './entry.ts';

/** The command line: usage, files, network and findings of commands. */
export const COMMAND_LINE = {
  'usage/no-command': {
    meaning: 'The command line has no command.',
    fix: 'Run mlops --help.',
  },
  'usage/unknown-command': {
    meaning: 'The command does not exist.',
    fix: 'Run mlops --help for the list of commands.',
  },
  'usage/unknown-option': {
    meaning: 'The command does not have this option.',
    fix: 'Run the command with --help for its options.',
  },
  'usage/excess-arguments': {
    meaning: 'The command has more arguments than it accepts.',
    fix: 'Remove arguments; quote a name that holds spaces.',
  },
  'usage/missing-argument': {
    meaning: 'A required argument is missing.',
    fix: 'Add the argument; --help shows the order.',
  },
  'usage/option-missing-argument': {
    meaning: 'An option is given without its value.',
    fix: 'Write the value after the option.',
  },
  'usage/missing-mandatory-option-value': {
    meaning: 'A required option is missing.',
    fix: 'Add the option that the message names.',
  },
  'usage/invalid-argument': {
    meaning: 'An argument or the value of an option is not accepted.',
    fix: 'Use one of the values that the message allows.',
  },
  'usage/conflicting-option': {
    meaning: 'Two options exclude each other.',
    fix: 'Remove one of them.',
  },
  'usage/not-understood': {
    meaning: 'The command line cannot be parsed.',
    fix: 'Run mlops --help.',
  },
  'usage/code': {
    meaning: 'The argument is not an error code of this program.',
    fix: 'Run mlops explain for the list of codes.',
  },
  'usage/budget': {
    meaning: 'The value of --budget is not an amount in USD.',
    fix: 'Write a number such as 25.50.',
  },
  'usage/by': {
    meaning: 'The value of --by is not a name of 1 to 200 printable characters.',
    fix: 'Write the name of the person who runs the command.',
  },
  'usage/cloud': {
    meaning: 'This version of the command does not support the cloud.',
    fix: 'Use one of the clouds that the message lists.',
  },
  'usage/cwd': {
    meaning: 'The value of --cwd is a file.',
    fix: 'Give a folder.',
  },
  'usage/env': {
    meaning: 'The environment does not exist.',
    fix: 'Use one of the environments that the message lists.',
  },
  'usage/blueprint': {
    meaning: 'The blueprint that the CDK context names does not exist.',
    fix: 'Use one of the names that the message lists.',
  },
  'usage/key': {
    meaning: 'The key of mlops forget is empty.',
    fix: 'Give the value of the key column after --key.',
  },
  'usage/out': {
    meaning: 'The value of --out is standard output, and --json already prints its document there.',
    fix: 'Name a file, or leave out --json.',
  },
  'usage/port': {
    meaning: 'The value of --port is not a port number.',
    fix: 'Write a number from 0 to 65535.',
  },
  'usage/scenario': {
    meaning: 'The value of --scenario is not a scenario of the demonstration.',
    fix: 'Use one of the scenarios that the message lists.',
  },
  'usage/seed': {
    meaning: 'The value of --seed is not a whole number of at most 9 digits.',
    fix: 'Write a number from 0 to 999999999.',
  },
  'usage/time': {
    meaning: 'The value of a time option is not a time.',
    fix: 'Write it in ISO 8601, such as 2026-01-31T00:00:00Z.',
  },
  'usage/version': {
    meaning: 'The version is not a whole number.',
    fix: 'Write the number of a version; mlops status lists them.',
  },
  'files/forbidden': {
    meaning: 'The operating system denies access to a file or folder, or its file system is read-only.',
    fix: 'Use a path that you may write to, or another folder with --cwd.',
  },
  'files/full': {
    meaning: 'The disk is full, or its quota is used up.',
    fix: 'Free space on the disk, or use another folder with --cwd.',
  },
  'files/interrupted': {
    meaning: 'The command was stopped before its output file was complete, and no file was replaced.',
    fix: 'Run it again.',
  },
  'files/io': {
    meaning: 'The disk reports an input or output error.',
    fix: 'Check the disk, or use another folder with --cwd.',
  },
  'files/link': {
    meaning: 'A symbolic link is part of a circle, or its target does not exist.',
    fix: 'Remove the link, or create its target.',
  },
  'files/name-too-long': {
    meaning: 'A file name is longer than the file system accepts.',
    fix: 'Choose a shorter name.',
  },
  'files/not-a-file': {
    meaning: 'The path of a file leads to a folder.',
    fix: 'Name a file.',
  },
  'files/not-a-folder': {
    meaning: 'The path of a folder leads to a file.',
    fix: 'Move the file away, or use another folder with --cwd.',
  },
  'files/not-found': {
    meaning: 'A file or folder does not exist.',
    fix: 'Check the path, and create the folder if it is missing.',
  },
  'files/too-large': {
    meaning: 'A file would exceed the size that the process may write.',
    fix: 'Run ulimit -f unlimited first.',
  },
  'files/too-many-open': {
    meaning: 'The process has more files open than the system allows.',
    fix: 'Run ulimit -n 4096 first.',
  },
  'network/cut': {
    meaning: 'The connection was closed by the other side.',
    fix: 'Run it again.',
  },
  'network/no-address': {
    meaning: 'This machine does not have the address that the server should use.',
    fix: 'Enable the loopback interface: ip link set lo up.',
  },
  'network/port-forbidden': {
    meaning: 'The port is reserved for the administrator.',
    fix: 'Choose a port above 1023 with --port.',
  },
  'network/port-taken': {
    meaning: 'The port is used by another program.',
    fix: 'Choose another port with --port; 0 takes a free one.',
  },
  'network/unknown-host': {
    meaning: 'The host name cannot be resolved.',
    fix: 'Check the name of the host and the network.',
  },
  'network/unreachable': {
    meaning: 'The host does not answer, or refuses the connection at this port.',
    fix: 'Check host and port, and start the server.',
  },
  'internal/unexpected': {
    meaning: 'The program failed with an error that it does not handle.',
    fix: 'Run it again with --verbose and report the output.',
  },
  'card/not-stated': {
    meaning: 'The owner of the model has not filled in a field of the model card.',
    fix: 'Set the field under card in the blueprint.',
  },
  'cost/over-budget': {
    meaning: 'The monthly estimate is above the limit that --budget gives.',
    fix: 'Raise --budget, or lower volumes in the blueprint.',
  },
  'letters/unknown': {
    meaning: 'No dead letter has this id, or the ids of several begin with it.',
    fix: 'Give an id of the list, or more of its characters.',
  },
  'letters/failed': {
    meaning: 'An event could not be sent again or deleted, and is still among the dead letters.',
    fix: 'Correct the cause that the message names, then run mlops dead-letters again.',
  },
  'drain/left': {
    meaning: 'A resource could not be deleted.',
    fix: 'Run mlops drain again.',
  },
  'drain/not-confirmed': {
    meaning:
      'The value of --confirm is not the name of the environment in --env, so no resource was changed.',
    fix: 'Repeat the name of the environment after --confirm.',
  },
  'drain/retained': {
    meaning: 'The environment retains its data, so mlops drain does not delete resources.',
    fix: "Set removal to 'destroy' in the environment, deploy, and run mlops drain again.",
  },
  'forget/not-deployed': {
    meaning: 'The stack of the model in this environment has no store of rows.',
    fix: 'Name the environment that the model is deployed in, and sign in to its account.',
  },
  'forget/version-kept': {
    meaning: 'A former version of an object with rows of the person could not be deleted.',
    fix: 'Run mlops forget again with the right s3:DeleteObjectVersion on the bucket.',
  },
  'forget/unknown-key': {
    meaning: 'No stored row has the given key, and none was deleted before under it.',
    fix: 'Give the value of the key column exactly as the rows have it.',
  },
  'forget/written-meanwhile': {
    meaning: 'A batch or a collection of outcomes wrote rows of the person while others were deleted.',
    fix: 'Run mlops forget again when they have ended.',
  },
  'package/not-installed': {
    meaning: 'A package that is optional in an installation for constructs alone is not installed.',
    fix: 'Run the npm command that the message names; in a clone of the repository, run npm ci.',
  },
} satisfies ErrorTable<
  'card' | 'cost' | 'letters' | 'drain' | 'files' | 'forget' | 'internal' | 'network' | 'package' | 'usage'
>;
