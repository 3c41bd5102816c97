import { countColumn, UUID_BYTES, uuidBytesColumn, uuidColumn } from './columns.ts';
import type { CommandCtx } from './context.ts';

/** One of a kind: which kind it is, and the bytes of its names in the order in which the patterns of that kind know them. */
export type Member = { kind: number; names: Uint8Array };

/** Members of kinds as each statement about them takes them. */
export type Members = {
  readonly count: number;
  readonly kinds: readonly number[];
  /** For each member: its kind, and how many names stand before its own. */
  readonly wire: { readonly kinds: Buffer; readonly bases: Buffer; readonly names: Buffer };
};

export function membersOf(members: readonly Member[]): Members {
  let before = 0;
  const kinds = members.map(({ kind }) => kind);
  const bases = members.map(({ names }) => {
    const base = before;
    before += names.length / UUID_BYTES;
    return base;
  });
  const wire = {
    kinds: countColumn(kinds),
    bases: countColumn(bases),
    names: uuidBytesColumn(Buffer.concat(members.map(({ names }) => names))),
  };
  return { count: members.length, kinds, wire };
}

/** New ids for each member, as many as its kind has rows, and how many stand before those of each. */
export type Made = { readonly ids: Buffer; readonly bases: Buffer };

export const NONE_MADE = (count: number): Made => ({
  ids: uuidColumn([]),
  bases: countColumn(new Array<number>(count).fill(0)),
});

export function makeIds(
  { newIds }: Pick<CommandCtx, 'newIds'>,
  { kinds }: Members,
  rowsOf: (kind: number) => number,
): Made {
  let before = 0;
  const bases = kinds.map((kind) => {
    const base = before;
    before += rowsOf(kind);
    return base;
  });
  return { ids: uuidBytesColumn(newIds(before)), bases: countColumn(bases) };
}
