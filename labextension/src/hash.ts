/** FNV-1a, 32 bit, over the UTF-8 bytes, as 8 hex digits: how kernel and front end tell whether a cell was edited. */
export function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
