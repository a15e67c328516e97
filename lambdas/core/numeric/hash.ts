/** Hashes of texts and numbers, the same on every machine. */

/**
 * MurmurHash3's finaliser `fmix32` (Appleby, github.com/aappleby/smhasher): every bit of a 32-bit hash comes to
 * depend on every other. FNV alone leaves the high bits of texts that only count up too alike to compare with a share.
 */
export function fmix32(hash: number): number {
  let z = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

/** FNV-1a, 32 bits (draft-eastlake-fnv-21), of the text's UTF-16 code units. For shares: `fmix32` of it. */
export function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x0100_0193);
  }
  return hash >>> 0;
}
