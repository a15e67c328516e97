/** Refusals of the operating system: what they mean, and what to do. */

import { accessSync, constants, lstatSync, readlinkSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ErrorCode } from '../lambdas/core/error-codes/index.ts';

/** A refusal in words. */
export interface SystemError {
  /** `files/…` or `network/…`. */
  readonly code: ErrorCode;
  /** The refusal and its reason; it names the path or the address where the system does. */
  readonly message: string;
  readonly hint: string;
}

type Meaning = readonly [code: ErrorCode, words: string, hint: string];

const OTHER_FOLDER = 'choose another folder with --cwd';
const FORBIDDEN = [
  'files/forbidden',
  'permission denied',
  `use a path that you may write to, or ${OTHER_FOLDER}`,
] as const;
const FULL = ['files/full', 'the disk is full', `make room, or ${OTHER_FOLDER}`] as const;
const NOT_A_FOLDER = [
  'files/not-a-folder',
  'a file is where a folder is needed',
  `move it away, or ${OTHER_FOLDER}`,
] as const;
const TOO_MANY = ['files/too-many-open', 'too many files are open', 'allow more: ulimit -n 4096'] as const;

/** By the names of errno(3). */
const FILE_ERRORS: Readonly<Record<string, Meaning>> = {
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: ['files/forbidden', 'the file system is read-only', OTHER_FOLDER],
  ENOSPC: FULL,
  EDQUOT: ['files/full', 'the disk quota is used up', `make room, or ${OTHER_FOLDER}`],
  EFBIG: [
    'files/too-large',
    'the file would be larger than this process may write',
    'allow more: ulimit -f unlimited',
  ],
  EEXIST: NOT_A_FOLDER,
  ENOTDIR: NOT_A_FOLDER,
  EISDIR: ['files/not-a-file', 'a folder is where a file is needed', 'name a file'],
  ENOENT: ['files/not-found', 'the file or folder does not exist', 'check the path'],
  ELOOP: ['files/link', 'the symbolic links lead in a circle', 'remove the link, or name another path'],
  ENAMETOOLONG: ['files/name-too-long', 'the name is too long for the file system', 'choose a shorter name'],
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  EIO: ['files/io', 'the disk reports an error', `check the disk, or ${OTHER_FOLDER}`],
};

const NO_ANSWER = [
  'network/unreachable',
  'nothing answers',
  'check host and port, and that the server runs',
] as const;

const NETWORK_ERRORS: Readonly<Record<string, Meaning>> = {
  EADDRINUSE: [
    'network/port-taken',
    'the port is taken',
    'choose another with --port; --port 0 takes a free one',
  ],
  EACCES: [
    'network/port-forbidden',
    'the port is reserved for the administrator',
    'choose a port above 1023 with --port',
  ],
  EADDRNOTAVAIL: [
    'network/no-address',
    'this machine has no such address',
    'bring the loopback interface up: ip link set lo up',
  ],
  ECONNREFUSED: NO_ANSWER,
  EHOSTUNREACH: NO_ANSWER,
  ENETUNREACH: NO_ANSWER,
  ETIMEDOUT: NO_ANSWER,
  ECONNRESET: ['network/cut', 'the connection was cut', 'run it again'],
  ENOTFOUND: ['network/unknown-host', 'the host name does not exist', 'check the name of the host'],
  EAI_AGAIN: [
    'network/unknown-host',
    'the name of the host cannot be looked up now',
    'check the network, then run it again',
  ],
};

/** Longest chain of causes that is followed. */
const MAX_CAUSES = 8;

/** Errors of sockets name an address, those of look-ups a host. */
interface Address {
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
}

/** Returns the meaning of an error of the operating system; undefined for any other error. */
export function systemError(error: unknown): SystemError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code: errno = '', path, syscall, address, hostname, port }: NodeJS.ErrnoException & Address = error;
  const network = errno === 'EACCES' && syscall !== 'listen' ? undefined : NETWORK_ERRORS[errno];
  if (network !== undefined)
    return described(network, [address ?? hostname, port].filter((part) => part !== undefined).join(':'));
  const meaning = FILE_ERRORS[errno];
  if (meaning === undefined) return undefined;
  return errno === 'ENOENT' && path !== undefined ? missing(path) : described(meaning, path);
}

/** Returns the fix for the refusal that caused an error; undefined where there is none. */
export function hintOfCause(error: Error): string | undefined {
  let { cause } = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++, cause = cause.cause) {
    const found = systemError(cause);
    if (found !== undefined) return found.hint;
  }
  return undefined;
}

const described = ([code, words, hint]: Meaning, subject = ''): SystemError => ({
  code,
  message: subject === '' ? words : `${subject}: ${words}`,
  hint,
});

/**
 * Why a path is not there. `mkdir` of several levels reports ENOENT for a read-only file system and for a link that leads
 * nowhere too, so the nearest thing that exists is asked.
 */
function missing(path: string): SystemError {
  const [, words, hint] = FILE_ERRORS.ENOENT as Meaning; // it is in the table
  let at = path;
  while (lstatSync(at, { throwIfNoEntry: false }) === undefined && dirname(at) !== at) at = dirname(at);
  try {
    if (lstatSync(at).isSymbolicLink() && statSync(at, { throwIfNoEntry: false }) === undefined)
      return {
        code: 'files/link',
        message: `${at}: the symbolic link leads to ${readlinkSync(at)}, which is not there`,
        hint: 'make that folder, or remove the link',
      };
    accessSync(at, constants.W_OK);
  } catch (error) {
    return systemError(error) ?? { code: 'files/not-found', message: `${path}: ${words}`, hint };
  }
  const folder = dirname(path);
  return at === folder || at === path
    ? { code: 'files/not-found', message: `${path}: ${words}`, hint }
    : { code: 'files/not-found', message: `${path}: its folder does not exist`, hint: `make it: ${folder}` };
}
