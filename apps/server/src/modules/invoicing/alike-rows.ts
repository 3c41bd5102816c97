import { hash } from 'node:crypto';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { formatInvoiceNumber } from '@billhook/core/invoicing/number';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonObject } from '@billhook/core/kernel/json';
import { filled, patternOf, renaming } from '@billhook/core/kernel/renaming';
import { type Frozen, type Naming, type Rows, rowsOf } from './rows.ts';

/** An invoice that was decided by that of a customer like it: whose, and which ids stand in place of which. */
export type Likeness = {
  leader: IssuedInvoice;
  leaderNames: readonly string[];
  names: readonly string[];
};

type Writer = (request: Frozen, likeness: Likeness) => Rows;

/**
 * Writes invoices that are like another. The document and the rows of the first of a kind are taken apart where ids, the
 * number and the buyer stand; those of each further one are put together from the parts, to the same text as if they
 * had been written out.
 */
export function alikeRows(naming: Naming): (request: Frozen, likeness: Likeness) => Rows {
  const writers = new Map<IssuedInvoice, Map<JsonObject, Writer>>();
  return (request, likeness) => {
    const own = writers.get(likeness.leader) ?? new Map<JsonObject, Writer>();
    writers.set(likeness.leader, own);
    const write = own.get(request.seller) ?? writerOf(request, likeness, naming);
    own.set(request.seller, write);
    return write(request, likeness);
  };
}

function writerOf(
  { invoice, numbering, seller, collection }: Frozen,
  { leader, leaderNames }: Likeness,
  naming: Naming,
): Writer {
  invariant(numbering !== null, 'Only what is numbered is written like another.');
  const first = { ...leader, issuedAt: invoice.issuedAt, dueAt: invoice.dueAt };
  const [numberMark, buyerMark] = [naming.newId(), naming.newId()];
  const { row, lines } = rowsOf(
    { invoice: first, numbering: { ...numbering, text: numberMark }, seller, buyer: buyerMark, collection },
    naming,
  );
  const lineIds = lines.map(({ id }) => id as string);
  const rows = renaming({ row: { ...row, canonical: '', number: '', buyer: '' }, lines }, [
    ...leaderNames,
    ...lineIds,
  ]);
  const document = patternOf(row.canonical as string, [...leaderNames, numberMark, `"${buyerMark}"`]);
  return ({ numbering: place, buyer: given }, { names }) => {
    invariant(place !== null, 'Only what is numbered is written like another.');
    const number = formatInvoiceNumber({ prefix: place.series, year: place.year }, place.sequence);
    const buyer = canonicalJson(given);
    const canonical = filled(document, [...names, number, buyer]);
    const copy = rows([...names, ...lineIds.map(naming.newId)]);
    const own = { number, sequence: place.sequence, buyer, canonical };
    return {
      row: { ...copy.row, ...own, content_sha256: hash('sha256', canonical, 'hex') },
      lines: copy.lines,
    };
  };
}
