/** The polynomial of Castagnoli with its bits in reverse (rfc-editor.org/rfc/rfc3720#appendix-B.4). */
const POLYNOMIAL = 0x82f6_3b78;
const BITS_PER_BYTE = 8;

/** Checksum CRC-32C, 0 to 4,294,967,295, as Google's services give it. For small texts: it goes bit by bit. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < BITS_PER_BYTE; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
