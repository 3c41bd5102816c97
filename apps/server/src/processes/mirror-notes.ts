import { invariant } from '@billhook/core/kernel/invariant';
import type { Refusal } from '@billhook/core/kernel/result';
import { decideMirroredNote, voidMirroredNote } from '@billhook/core/mirror/decide-credit-note';
import type { MirroredNoteDecision, NotedInvoice } from '@billhook/core/mirror/mirrored-note';
import {
  creditMirroredInvoice,
  insertMirroredNote,
  lockInvoice,
  mirroredNotesOf,
  promisedBy,
  type StoredInvoice,
  voidMirroredNoteRow,
} from '../modules/invoicing/api.ts';
import { post } from '../modules/ledger/api.ts';
import { linkOf, putLink } from '../modules/mirror/api.ts';
import { refundedOfInvoice } from '../modules/payments/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { emitCoreEvents } from './apply-decision.ts';
import type { LookedUpInvoice } from './mirror-invoice.ts';

/** Whether credit notes of an invoice have to be looked at: Stripe counts some, or some are here that may be void by now. */
export async function hasNotes(
  ctx: QueryCtx,
  stripeId: string,
  { reducedByNotesMinor, returnedByNotesMinor }: LookedUpInvoice['facts'],
): Promise<boolean> {
  if (reducedByNotesMinor + returnedByNotesMinor > 0n) return true;
  const link = await linkOf(ctx, 'invoice', stripeId);
  return link !== undefined && (await mirroredNotesOf(ctx, link.objectId)).some(({ isVoid }) => !isVoid);
}

/**
 * Makes the credit notes of a mirrored invoice what Stripe says, each once, before its payments are: what a note took off
 * was never to be paid. The customer is locked. What does not fit is refused, and nothing of it is written.
 */
export async function applyNotes(
  ctx: CommandCtx,
  { notes }: LookedUpInvoice,
  invoiceId: string,
): Promise<Refusal | null> {
  const known = new Map((await mirroredNotesOf(ctx, invoiceId)).map((note) => [note.stripeId, note]));
  // What was taken back makes room for what came after it.
  for (const facts of notes) {
    const here = known.get(facts.id);
    if (!facts.isVoid || here === undefined || here.isVoid) continue;
    const at = facts.voidedAt ?? ctx.now;
    const { noted, tookForMadeMinor } = await notedInvoice(ctx, invoiceId);
    const booked = here.owesRefund
      ? noted
      : { ...noted, refundedByNotesMinor: tookForMadeMinor, refundedMinor: tookForMadeMinor };
    await write(ctx, noted, voidMirroredNote(booked, here, at), -here.sums.totalMinor);
    await voidMirroredNoteRow(ctx, here.id, at);
  }
  for (const facts of notes) {
    if (facts.isVoid || known.has(facts.id)) continue;
    const { noted, invoice } = await notedInvoice(ctx, invoiceId);
    const decision = decideMirroredNote(noted, facts, ctx.newId());
    if (!decision.ok) return decision.refusal;
    const { create } = decision.value;
    if (create === null) continue;
    await insertMirroredNote(ctx, invoice, create);
    await putLink(ctx, 'credit_note', { stripeId: facts.id, objectId: create.noteId });
    await write(ctx, noted, decision.value, facts.totalMinor);
  }
  return null;
}

async function notedInvoice(
  ctx: CommandCtx,
  invoiceId: string,
): Promise<{ noted: NotedInvoice; invoice: StoredInvoice; tookForMadeMinor: bigint }> {
  const invoice = await lockInvoice(ctx, invoiceId);
  invariant(invoice !== undefined, 'An invoice is never deleted.');
  const standing = (await mirroredNotesOf(ctx, invoiceId)).filter(({ isVoid }) => !isVoid);
  const allMinor = standing.reduce((sum, { sums }) => sum + sums.refundedMinor, 0n);
  const promisedMinor = promisedBy(standing);
  const noted: NotedInvoice = {
    ...invoice,
    netMinor: invoice.subtotalMinor,
    refundedByNotesMinor: promisedMinor,
    refundedMinor: await refundedOfInvoice(ctx, invoiceId),
  };
  return { noted, invoice, tookForMadeMinor: allMinor - promisedMinor };
}

async function write(
  ctx: CommandCtx,
  { id }: NotedInvoice,
  { credit, postings, events }: MirroredNoteDecision,
  totalMinor: bigint,
): Promise<void> {
  const isMoved = await creditMirroredInvoice(ctx, id, { ...credit, totalMinor });
  invariant(isMoved, 'An invoice does not move while its customer is locked.');
  await post(ctx, postings);
  emitCoreEvents(ctx, events);
}
