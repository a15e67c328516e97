import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../lambdas/adapters/gcp/crc32c.ts';

describe('CRC-32C', () => {
  // rfc-editor.org/rfc/rfc3720#appendix-B.4, and the check value of the catalogue of parametrised CRC algorithms.
  it.each([
    ['nothing', Buffer.alloc(0), 0],
    ['123456789', Buffer.from('123456789'), 0xe306_9283],
    ['32 zeros', Buffer.alloc(32), 0x8a91_36aa],
    ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8_ab43],
    ['32 bytes that rise', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd_794e],
  ])('has for %s the value of the standard', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});
