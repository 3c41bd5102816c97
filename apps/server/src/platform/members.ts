import { UUID_BYTES, uuidBytesColumn, uuidColumn, uuidTextAt, wholeColumn } from './columns.ts';
import type { CommandCtx } from './context.ts';

/** Many side by side, each of a kind. */
export type Crowd = {
  readonly kinds: Int32Array;
  /** For each how many names stand before its own. */
  readonly bases: Int32Array;
  /** The bytes of all names; those of each in the order in which the patterns of its kind know them. */
  readonly names: Uint8Array;
};

/** Members of kinds as each statement about them takes them. */
export type Members = Crowd & {
  readonly count: number;
  readonly wire: { readonly kinds: Buffer; readonly bases: Buffer; readonly names: Buffer };
};

export function membersOf({ kinds, bases, names }: Crowd): Members {
  const wire = { kinds: wholeColumn(kinds), bases: wholeColumn(bases), names: uuidBytesColumn(names) };
  return { count: kinds.length, kinds, bases, names, wire };
}

/** One name of a member, by its place among them. */
export function nameOf({ bases, names }: Crowd, member: number, place: number): string {
  return uuidTextAt(names, ((bases[member] as number) + place) * UUID_BYTES);
}

/** New ids for each member, as many as its kind has rows, and how many stand before those of each. */
export type Made = { readonly ids: Buffer; readonly bases: Buffer };

export const NONE_MADE = (count: number): Made => ({
  ids: uuidColumn([]),
  bases: wholeColumn(new Int32Array(count)),
});

export function makeIds(
  { newIds }: Pick<CommandCtx, 'newIds'>,
  { kinds }: Pick<Members, 'kinds'>,
  rowsOf: (kind: number) => number,
): Made {
  let before = 0;
  const bases = new Int32Array(kinds.length);
  for (let index = 0; index < kinds.length; index += 1) {
    bases[index] = before;
    before += rowsOf(kinds[index] as number);
  }
  return { ids: uuidBytesColumn(newIds(before)), bases: wholeColumn(bases) };
}
