import { crc32 } from 'node:zlib';

/** One file of an archive. */
export interface ZipEntry {
  /** Relative, with `/`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** 1980-01-01 00:00, the first moment that a zip file can name, in MS-DOS date and time. */
const FIXED_TIME = 0x0000;
const FIXED_DATE = 0x0021;
/** A regular file that everybody may read: cloud sandboxes run functions as a user of their own. */
const MODE = 0o100644;
const MADE_ON_UNIX = (3 << 8) | 20;
const NEEDED_VERSION = 20;
const UTF8_NAMES = 1 << 11;

/**
 * A zip archive whose bytes depend on its entries only: names in order, fixed times, stored and not compressed,
 * because the output of zlib differs between its versions and a differing archive would deploy again.
 * Format: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.4 (pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
 */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of sorted) {
    const encoded = Buffer.from(name, 'utf8');
    const common = commonHeader(encoded, bytes);
    const local = Buffer.concat([uint32(0x04034b50), common, encoded, bytes]);
    directory.push(
      Buffer.concat([
        uint32(0x02014b50),
        uint16(MADE_ON_UNIX),
        common,
        Buffer.alloc(6), // no comment, first disk, binary
        uint32((MODE << 16) >>> 0),
        uint32(offset),
        encoded,
      ]),
    );
    files.push(local);
    offset += local.byteLength;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.concat([
    uint32(0x06054b50),
    uint32(0), // one disk
    uint16(sorted.length),
    uint16(sorted.length),
    uint32(index.byteLength),
    uint32(offset),
    uint16(0), // no comment
  ]);
  return Buffer.concat([...files, index, end]);
}

/** Returns the fields that the local header and the directory share: the needed version to the extra field length. */
function commonHeader(name: Buffer, bytes: Uint8Array): Buffer {
  return Buffer.concat([
    uint16(NEEDED_VERSION),
    uint16(UTF8_NAMES),
    uint16(0), // stored
    uint16(FIXED_TIME),
    uint16(FIXED_DATE),
    uint32(crc32(bytes)),
    uint32(bytes.byteLength),
    uint32(bytes.byteLength),
    uint16(name.byteLength),
    uint16(0), // no extra field
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
