import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonObject } from '@billhook/core/kernel/json';
import { addMs, type Instant } from '@billhook/core/time/instant';
import { countColumn, textColumn, uuidBytes } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { type Member, membersOf, NONE_MADE } from '../../platform/members.ts';
import { invoicePatterns } from './repo.ts';
import { invoiceRowOf } from './rows.ts';

/** An invoice that was decided by that of a customer like it: whose, and which ids stand in place of which. */
export type Likeness = {
  leader: IssuedInvoice;
  leaderNames: readonly string[];
  /** The last is that of the invoice. */
  names: readonly string[];
  /** The same as several statements send them. */
  nameBytes: Uint8Array;
};

/** A document to be written: all of it but its number. */
export type ToFreeze = {
  /** Of a document like another, that of the other. */
  invoice: IssuedInvoice;
  collection: 'automatic' | 'manual';
  seller: JsonObject;
  buyer: JsonObject;
  likeness?: Likeness;
  /** The series that it is numbered in; null for what has no number. */
  series: Series | null;
};

export type Series = { readonly name: string; readonly year: number };

/** What became of its number. */
export type Numbered = { sequence: bigint; number: string } | null;

/** When documents of a series are issued. */
export type IssuedAt = (series: Series) => Instant;

export type Documents = { insert(numbers: readonly Numbered[]): Promise<void> };

/**
 * Takes documents apart where ids, number and buyer stand, once for all that are alike. What is left for when the numbers are
 * known is done by the database: it puts each text together and takes its digest, to the same bytes as if it had been
 * written out here.
 */
export function documentPatterns(
  ctx: CommandCtx,
  documents: readonly ToFreeze[],
  issuedAt: IssuedAt,
): Documents {
  const set = invoicePatterns();
  const followed = new Map(
    documents.flatMap(({ likeness }) => (likeness === undefined ? [] : [[likeness.leader.id, likeness]])),
  );
  const kinds = new Map<string, Map<JsonObject, number>>();
  const marks = { number: ctx.newId(), buyer: ctx.newId() };
  let count = 0;
  const members = documents.map((document): Member => {
    const { invoice, likeness, seller } = document;
    const leaderNames = followed.get(invoice.id)?.leaderNames ?? [];
    const own = kinds.get(invoice.id) ?? new Map<JsonObject, number>();
    kinds.set(invoice.id, own);
    const known = own.get(seller);
    const kind = known ?? count++;
    if (known === undefined) {
      own.set(seller, kind);
      const row = patternRow(document, issuedAt, marks);
      set.add(kind, leaderNames, row, { ...marks, buyer: `"${marks.buyer}"` });
    }
    return { kind, names: likeness?.nameBytes ?? uuidBytes(leaderNames) };
  });
  return {
    async insert(numbers) {
      const given = {
        sequence: countColumn(numbers.map((place) => place?.sequence ?? null)),
        number: textColumn(numbers.map((place) => place?.number ?? null)),
        buyer: textColumn(documents.map(({ buyer }) => canonicalJson(buyer))),
      };
      const all = membersOf(members);
      const written = await set.insert(ctx, all, NONE_MADE(all.count), given);
      invariant(written === documents.length, 'Every document that is decided is written.');
    },
  };
}

function patternRow(
  { invoice, collection, seller, series }: ToFreeze,
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
