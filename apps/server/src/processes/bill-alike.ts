import { type LikeCustomers, likeCustomers } from '../modules/customers/api.ts';
import { customersWithPapers, likeLines } from '../modules/invoicing/api.ts';
import { type LikeSubscriptions, likeSubscriptions } from '../modules/subscriptions/api.ts';
import { UUID_BYTES, uuidBytesColumn } from '../platform/columns.ts';
import type { CommandCtx } from '../platform/context.ts';
import { decidedBy, type Own, speaksAs, type Wording, wordingOf } from './likeness-of.ts';

/** Customers of whom billing knows the same but for their ids: what is decided of the first holds of all. */
export type Kind = {
  /** Places of customers are those among all that were looked at, from 0 on. */
  leader: number;
  followers: number[];
};

export type Alike = {
  kinds: readonly Kind[];
  /** The ids that a customer's billing speaks of, in an order in which those of customers like it agree. */
  namesOf(place: number): Uint8Array;
  personOf(place: number): Person;
};

/** What stands on the documents of one customer: what others have too, and which of its names and addresses are its own. */
export type Person = { like: LikeCustomers; index: number };

/** Below so many nothing is gained. */
const FEWEST = 8;
/** So many are looked at first: where they are all different, so are the rest. */
const PROBED = 40;
const PLACE_BYTES = 4;
/** Of the customer and the subscription. */
const NAMES_BESIDE = 2;
/** The item and the discount. */
const REFS_A_LINE = 2;
const NONE = new Uint8Array(0);

/**
 * Those among customers under lock who are like one before them. Only plain cases are told alike: one subscription due, that
 * runs, with nothing agreed or planned for it alone, and no tax that another has to answer for. All others are decided
 * one by one, and so is the first of each kind. The database tells them apart: nothing is read for each of them here but ids.
 */
export async function findAlike(ctx: CommandCtx, locked: readonly string[]): Promise<Alike | null> {
  if (locked.length < FEWEST || ctx.tenant.settings.taxProvider !== null) return null;
  const probed = await alikeAmong(ctx, locked.slice(0, PROBED));
  if (followersIn(probed) * 2 < Math.min(PROBED, locked.length)) return null;
  return locked.length <= PROBED ? probed : alikeAmong(ctx, locked);
}

const followersIn = ({ kinds }: Alike) => kinds.reduce((sum, { followers }) => sum + followers.length, 0);

async function alikeAmong(ctx: CommandCtx, locked: readonly string[]): Promise<Alike> {
  const [subscriptions, people, papers] = await Promise.all([
    likeSubscriptions(ctx, locked),
    likeCustomers(ctx, locked),
    customersWithPapers(ctx, locked),
  ]);
  const due = spread(subscriptions, locked.length);
  const persons = spread(people, locked.length);
  const lines = await likeLines(ctx, uuidBytesColumn(subscriptionIds(subscriptions, due)));
  const billed = spread(lines, locked.length);
  const groups = new Map<string, number>();
  const groupOf = people.map(({ shared }) => {
    const text = decidedBy(ctx.tenant.settings, shared);
    if (text === null) return -1;
    const group = groups.get(text) ?? groups.size;
    groups.set(text, group);
    return group;
  });
  const namesOf = (place: number) => {
    const { items, discounts, names } = subscriptions[due.row[place] as number] as LikeSubscriptions;
    return pieceOf(names, NAMES_BESIDE + items + discounts, due.index[place] as number);
  };
  const ownOf = (place: number): Own => {
    const { items, discounts, names } = subscriptions[due.row[place] as number] as LikeSubscriptions;
    const row = lines[billed.row[place] as number];
    const count = NAMES_BESIDE + items + discounts;
    const refCount = REFS_A_LINE * (row?.lines ?? 0);
    return {
      names,
      namesFrom: (due.index[place] as number) * count,
      count,
      things: NAMES_BESIDE + items,
      refs: row?.refs ?? NONE,
      refsFrom: (billed.index[place] as number) * refCount,
      refCount,
    };
  };
  const numberOf = (place: number): number | null => {
    const subscription = due.row[place] as number;
    const line = billed.row[place] as number;
    const group = groupOf[persons.row[place] as number] ?? -1;
    if (group < 0 || subscriptions[subscription]?.isPlain !== true) return null;
    if (lines[line]?.isPlain === false || papers.has(locked[place] as string)) return null;
    return (subscription * (lines.length + 1) + line + 1) * groups.size + group;
  };
  return {
    kinds: kindsAmong(locked.length, numberOf, ownOf),
    namesOf,
    personOf: (place) => ({
      like: people[persons.row[place] as number] as LikeCustomers,
      index: persons.index[place] as number,
    }),
  };
}

/** Those with one number are of one kind where they speak of their own in the same way. Only kinds that have followers. */
function kindsAmong(
  count: number,
  numberOf: (place: number) => number | null,
  ownOf: (place: number) => Own,
): Kind[] {
  const found = new Map<number, { wording: Wording; kind: Kind }[]>();
  for (let place = 0; place < count; place += 1) {
    const number = numberOf(place);
    if (number === null) continue;
    const own = ownOf(place);
    const ways = found.get(number) ?? [];
    found.set(number, ways);
    const way = ways.find(({ wording }) => speaksAs(wording, own));
    if (way !== undefined) {
      way.kind.followers.push(place);
      continue;
    }
    const wording = wordingOf(own);
    if (wording !== null) ways.push({ wording, kind: { leader: place, followers: [] } });
  }
  return [...found.values()].flat().flatMap(({ kind }) => (kind.followers.length > 0 ? [kind] : []));
}

/** In which row each place stands, and as which of its members; -1 where it stands in none, or in several. */
type Spread = { row: Int32Array; index: Int32Array };

function spread(rows: readonly { places: Buffer }[], count: number): Spread {
  const row = new Int32Array(count).fill(-1);
  const index = new Int32Array(count);
  const seen = new Uint8Array(count);
  for (const [number, { places }] of rows.entries())
    for (let at = 0; at < places.length; at += PLACE_BYTES) {
      const place = places.readInt32BE(at) - 1;
      row[place] = seen[place] === 0 ? number : -1;
      seen[place] = 1;
      index[place] = at / PLACE_BYTES;
    }
  return { row, index };
}

/** The only due subscription of each place; no id where there is none, or several. */
function subscriptionIds(rows: readonly LikeSubscriptions[], { row, index }: Spread): Uint8Array {
  const ids = new Uint8Array(row.length * UUID_BYTES);
  for (let place = 0; place < row.length; place += 1) {
    const like = rows[row[place] as number];
    if (like === undefined) continue;
    const names = pieceOf(like.names, NAMES_BESIDE + like.items + like.discounts, index[place] as number);
    ids.set(names.subarray(UUID_BYTES, 2 * UUID_BYTES), place * UUID_BYTES);
  }
  return ids;
}

const pieceOf = (ids: Uint8Array, each: number, index: number) =>
  ids.subarray(index * each * UUID_BYTES, (index + 1) * each * UUID_BYTES);
