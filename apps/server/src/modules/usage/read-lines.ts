/** A line longer than any event may be; the rest of it is passed over. */
export const TOO_LONG: unique symbol = Symbol('a line that is too long');

export type Line = string | typeof TOO_LONG;

const NEWLINE = 0x0a;

/**
 * Cuts bytes that come in any pieces into lines, and hands them on in groups. What is held at a time is one group, a
 * piece and a line of at most `maxBytes`. A last line without a newline is a line if the bytes came to their end; where
 * they broke off, the error goes up and nothing of it is handed on.
 */
export async function* groupsOfLines(
  bytes: AsyncIterable<Uint8Array>,
  { groupSize, maxBytes }: { groupSize: number; maxBytes: number },
): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8');
  let group: Line[] = [];
  let held: Uint8Array[] = [];
  let size = 0;
  const take = (): Line => {
    const line =
      size > maxBytes ? TOO_LONG : decoder.decode(held.length === 1 ? held[0] : Buffer.concat(held));
    held = [];
    size = 0;
    return line;
  };
  const hold = (piece: Uint8Array): void => {
    size += piece.byteLength;
    if (size <= maxBytes) held.push(piece);
    else held = [];
  };
  for await (const chunk of bytes) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      hold(chunk.subarray(start, at));
      group.push(take());
      start = at + 1;
      if (group.length === groupSize) {
        yield group;
        group = [];
      }
    }
    // The piece is copied, because the rest of its memory would be held with it.
    if (start < chunk.byteLength) hold(chunk.slice(start));
  }
  if (size > 0) group.push(take());
  if (group.length > 0) yield group;
}
