import { invariant } from '@billhook/core/kernel/invariant';
import type { AlikeInvoices, AlikeKind } from '../modules/invoicing/api.ts';
import { UUID_BYTES, uuidTextAt } from '../platform/columns.ts';
import type { CommandCtx } from '../platform/context.ts';
import { membersOf, nameOf } from '../platform/members.ts';
import type { Alike, Kind } from './bill-alike.ts';
import type { ToWrite } from './to-write.ts';

/** What was decided about the first of a kind, and the ids in it; the last is that of its invoice. */
export type DecidedKind = AlikeKind & { decision: ToWrite };

/** Customers of whom was decided what was decided of the first of their kind, in the order of their places. */
export type Followers = Omit<AlikeInvoices, 'kinds'> & { kinds: readonly DecidedKind[] };

/** Gives each of those who follow an id for its invoice. */
export function followersOf(
  ctx: Pick<CommandCtx, 'newIds'>,
  { namesOf, personOf }: Alike,
  followed: readonly { kind: Kind; decided: Omit<DecidedKind, 'leaderNames'> }[],
): Followers | null {
  if (followed.length === 0) return null;
  const kinds = followed.map(({ kind, decided }) => ({
    ...decided,
    leaderNames: [...textsOf(namesOf(kind.leader)), decided.leader.id],
  }));
  const { places, kindOf } = placesOf(followed.map(({ kind }) => kind));
  const bases = new Int32Array(places.length);
  let before = 0;
  for (let member = 0; member < places.length; member += 1) {
    bases[member] = before;
    before += (kinds[kindOf[member] as number] as DecidedKind).leaderNames.length;
  }
  const names = new Uint8Array(before * UUID_BYTES);
  const invoiceIds = ctx.newIds(places.length);
  for (let member = 0; member < places.length; member += 1) {
    const own = namesOf(places[member] as number);
    const at = (bases[member] as number) * UUID_BYTES;
    names.set(own, at);
    names.set(invoiceIds.subarray(member * UUID_BYTES, (member + 1) * UUID_BYTES), at + own.length);
  }
  return {
    kinds,
    members: membersOf({ kinds: kindOf, bases, names }),
    places,
    buyerOf(member) {
      const { like, index } = personOf(places[member] as number);
      return { shared: like.shared, name: like.names[index] as string, email: like.emails[index] ?? null };
    },
  };
}

/** All who follow, in the order of their places, and the kind of each. */
function placesOf(kinds: readonly Kind[]): { places: Int32Array; kindOf: Int32Array } {
  const places = Int32Array.from(kinds.flatMap(({ followers }) => followers)).sort();
  const byPlace = new Int32Array((places.at(-1) ?? -1) + 1);
  for (let kind = 0; kind < kinds.length; kind += 1)
    for (const place of (kinds[kind] as Kind).followers) byPlace[place] = kind;
  return { places, kindOf: places.map((place) => byPlace[place] as number) };
}

function textsOf(ids: Uint8Array): string[] {
  return Array.from({ length: ids.length / UUID_BYTES }, (_, place) => uuidTextAt(ids, place * UUID_BYTES));
}

/** All names of a member as texts. */
export function namesOfMember(
  { kinds, members }: Pick<Followers, 'kinds' | 'members'>,
  member: number,
): string[] {
  const { leaderNames } = kinds[members.kinds[member] as number] as DecidedKind;
  return leaderNames.map((_, place) => nameOf(members, member, place));
}

/** The members of some kinds, each with the bytes of the name that stands where one of the first of its kind does. */
export function nameBytes(
  { kinds, members }: Pick<Followers, 'kinds' | 'members'>,
  leaderNameOf: (kind: number) => string | null,
): { kinds: number[]; ids: Uint8Array } {
  const places = kinds.map(({ leaderNames }, kind) => {
    const name = leaderNameOf(kind);
    const place = name === null ? null : leaderNames.indexOf(name);
    invariant(place !== -1, 'What is decided of many speaks of what is theirs.');
    return place;
  });
  const found: number[] = [];
  const ids = new Uint8Array(members.count * UUID_BYTES);
  for (let member = 0; member < members.count; member += 1) {
    const kind = members.kinds[member] as number;
    const place = places[kind] as number | null;
    if (place === null) continue;
    const at = ((members.bases[member] as number) + place) * UUID_BYTES;
    ids.set(members.names.subarray(at, at + UUID_BYTES), found.length * UUID_BYTES);
    found.push(kind);
  }
  return { kinds: found, ids: ids.subarray(0, found.length * UUID_BYTES) };
}
