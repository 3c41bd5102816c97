import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonObject } from '@billhook/core/kernel/json';
import { addMs, type Instant } from '@billhook/core/time/instant';
import { countColumn, textColumn, UUID_BYTES, uuidBytes } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { type Crowd, membersOf, NONE_MADE } from '../../platform/members.ts';
import type { AlikeInvoices, AlikeKind } from './alike-invoices.ts';
import { invoicePatterns } from './repo.ts';
import { invoiceRowOf } from './rows.ts';

/** A document to be written: all of it but its number. */
export type ToFreeze = {
  invoice: IssuedInvoice;
  collection: 'automatic' | 'manual';
  seller: JsonObject;
  buyer: JsonObject;
  /** The series that it is numbered in; null for what has no number. */
  series: Series | null;
  /** Where its customer stands in the order of the numbers. */
  place: number;
};

/** Documents like others, each with its seller and the text of its buyer. */
export type AlikeToFreeze = AlikeInvoices & {
  sellers: readonly JsonObject[];
  buyers: readonly string[];
  series: Series;
};

export type Series = { readonly name: string; readonly year: number };

/** When documents of a series are issued. */
export type IssuedAt = (series: Series) => Instant;

/** Numbers and places in their series, side by side in the order of issue. */
export type Numbers = { sequences: readonly (bigint | null)[]; numbers: readonly (string | null)[] };

export type Documents = { insert(numbers: Numbers): Promise<void> };

/**
 * Takes documents apart where ids, number and buyer stand, once for all that are alike. What is left for when the numbers are
 * known is done by the database: it puts each text together and takes its digest, to the same bytes as if it had been
 * written out here.
 */
export function documentPatterns(
  ctx: CommandCtx,
  { documents, alike, order }: Issuing,
  issuedAt: IssuedAt,
): Documents {
  const set = invoicePatterns();
  const marks = { number: ctx.newId(), buyer: ctx.newId() };
  const kinds = new Map<string, Map<JsonObject, number>>();
  const namesOf = new Map(alike?.kinds.map(({ leader, leaderNames }) => [leader.id, leaderNames]));
  const firsts: Pattern[] = [];
  const kindOf: KindOf = (invoice, collection, seller, series) => {
    const own = kinds.get(invoice.id) ?? new Map<JsonObject, number>();
    kinds.set(invoice.id, own);
    const known = own.get(seller);
    if (known !== undefined) return known;
    const kind = firsts.push({ invoice, collection, seller, series }) - 1;
    own.set(seller, kind);
    return kind;
  };
  const members = membersOf(inOrder({ documents, alike, order }, kindOf, namesOf));
  const counts = new Int32Array(firsts.length);
  for (const kind of members.kinds) counts[kind] = (counts[kind] as number) + 1;
  for (const [kind, first] of firsts.entries()) {
    const row = patternRow(first, issuedAt, marks);
    // A pattern of one document would be the document again.
    const pattern_id = (counts[kind] as number) > 1 ? ctx.newId() : null;
    set.add(
      kind,
      namesOf.get(first.invoice.id) ?? [],
      { ...row, pattern_id },
      { ...marks, buyer: `"${marks.buyer}"` },
    );
  }
  return {
    async insert({ sequences, numbers }) {
      const buyers = Array.from(order, (issue) =>
        issue < documents.length
          ? canonicalJson((documents[issue] as ToFreeze).buyer)
          : (alike?.buyers[issue - documents.length] as string),
      );
      const given = {
        sequence: countColumn(sequences),
        number: textColumn(numbers),
        buyer: textColumn(buyers),
      };
      const written = await set.insert(ctx, members, NONE_MADE(members.count), given);
      invariant(written === members.count, 'Every document that is decided is written.');
    },
  };
}

/** What is issued together. `order`: the documents from 0 on, behind them those that are alike, in the order of their numbers. */
export type Issuing = {
  documents: readonly ToFreeze[];
  alike: AlikeToFreeze | null;
  order: Int32Array;
};

/** What a pattern is taken from. */
type Pattern = Omit<ToFreeze, 'buyer' | 'place'>;

/** The number of the pattern that a document is made of. */
type KindOf = (
  invoice: IssuedInvoice,
  collection: ToFreeze['collection'],
  seller: JsonObject,
  series: Series | null,
) => number;

/** Those of others stand first among the names, as they are known already. */
function inOrder(
  { documents, alike, order }: Issuing,
  kindOf: KindOf,
  namesOf: ReadonlyMap<string, readonly string[]>,
): Crowd {
  const kinds = new Int32Array(order.length);
  const bases = new Int32Array(order.length);
  const leaders: string[] = [];
  const before = (alike?.members.names.length ?? 0) / UUID_BYTES;
  for (let index = 0; index < order.length; index += 1) {
    const issue = order[index] as number;
    const document = documents[issue];
    if (document !== undefined) {
      const { invoice, collection, seller, series } = document;
      kinds[index] = kindOf(invoice, collection, seller, series);
      bases[index] = before + leaders.length;
      leaders.push(...(namesOf.get(document.invoice.id) ?? []));
      continue;
    }
    const { kinds: known, members, sellers, series } = alike as AlikeToFreeze;
    const member = issue - documents.length;
    const { leader, collection } = known[members.kinds[member] as number] as AlikeKind;
    kinds[index] = kindOf(leader, collection, sellers[member] as JsonObject, series);
    bases[index] = members.bases[member] as number;
  }
  return { kinds, bases, names: Buffer.concat([alike?.members.names ?? EMPTY, uuidBytes(leaders)]) };
}

const EMPTY = new Uint8Array(0);

function patternRow(
  { invoice, collection, seller, series }: Pattern,
  issuedAt: IssuedAt,
  marks: { number: string; buyer: string },
) {
  const place = series && { series: series.name, year: series.year, sequence: 0n, number: marks.number };
  const document = series === null ? invoice : issuedOn(invoice, issuedAt(series));
  return invoiceRowOf({ invoice: document, numbering: place, seller, buyer: marks.buyer, collection });
}

function issuedOn(invoice: IssuedInvoice, at: Instant): IssuedInvoice {
  return at === invoice.issuedAt
    ? invoice
    : { ...invoice, issuedAt: at, dueAt: addMs(at, invoice.dueAt - invoice.issuedAt) };
}
