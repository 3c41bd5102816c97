import { hash } from 'node:crypto';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonObject } from '@billhook/core/kernel/json';
import { renaming } from '@billhook/core/kernel/renaming';
import { filled, patternOf } from '@billhook/core/kernel/text-pattern';
import type { InvoiceRow, LineRow } from './repo.ts';
import { type Frozen, invoiceRowOf, lineRowsOf, type Naming } from './rows.ts';

/** An invoice that was decided by that of a customer like it: whose, and which ids stand in place of which. */
export type Likeness = {
  leader: IssuedInvoice;
  leaderNames: readonly string[];
  names: readonly string[];
};

/**
 * Writes the lines of invoices that are like another: those of the first of a kind, with the ids of each further one in their
 * places.
 */
export function alikeLines(naming: Naming): (likeness: Likeness) => LineRow[] {
  const writers = new Map<IssuedInvoice, (names: readonly string[]) => LineRow[]>();
  return ({ leader, leaderNames, names }) => {
    const write = writers.get(leader) ?? linesWriter(leader, leaderNames, naming);
    writers.set(leader, write);
    return write(names);
  };
}

function linesWriter(leader: IssuedInvoice, leaderNames: readonly string[], naming: Naming) {
  const lines = lineRowsOf(leader, naming);
  const lineIds = lines.map(({ id }) => id as string);
  const write = renaming(lines, [...leaderNames, ...lineIds]);
  return (names: readonly string[]) => write([...names, ...lineIds.map(naming.newId)]);
}

type Writer = (request: Frozen, likeness: Likeness) => InvoiceRow;

/**
 * Writes invoices that are like another. The document and the row of the first of a kind are taken apart where ids, the
 * number and the buyer stand; those of each further one are put together from the parts, to the same text as if they
 * had been written out.
 */
export function alikeInvoices(newId: () => string): Writer {
  const writers = new Map<IssuedInvoice, Map<JsonObject, Writer>>();
  return (request, likeness) => {
    const own = writers.get(likeness.leader) ?? new Map<JsonObject, Writer>();
    writers.set(likeness.leader, own);
    const write = own.get(request.seller) ?? invoiceWriter(request, likeness, newId);
    own.set(request.seller, write);
    return write(request, likeness);
  };
}

function invoiceWriter(
  { invoice, numbering, seller, collection }: Frozen,
  { leader, leaderNames }: Likeness,
  newId: () => string,
): Writer {
  invariant(numbering !== null, 'Only what is numbered is written like another.');
  const first = { ...leader, issuedAt: invoice.issuedAt, dueAt: invoice.dueAt };
  const [numberMark, buyerMark] = [newId(), newId()];
  const marked = { ...numbering, number: numberMark };
  const pattern = invoiceRowOf({ invoice: first, numbering: marked, seller, buyer: buyerMark, collection });
  const row = renaming({ ...pattern, canonical: '', number: '', buyer: '' }, leaderNames);
  const document = patternOf(pattern.canonical as string, [...leaderNames, numberMark, `"${buyerMark}"`]);
  return ({ numbering: place, buyer: given }, { names }) => {
    invariant(place !== null, 'Only what is numbered is written like another.');
    const { number, sequence } = place;
    const buyer = canonicalJson(given);
    const canonical = filled(document, [...names, number, buyer]);
    const own = { number, sequence, buyer, canonical };
    return { ...row(names), ...own, content_sha256: hash('sha256', canonical, 'hex') };
  };
}
