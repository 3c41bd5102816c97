import type { EInvoiceProfile } from '@billhook/core/einvoice/model';
import type { SourceDocument } from '@billhook/core/einvoice/source';
import { invariant } from '@billhook/core/kernel/invariant';
import { ok, type Result, refuse as refused } from '@billhook/core/kernel/result';
import type { Actor, QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import { couponNames } from '../../subscriptions/api.ts';
import { findNote } from '../credit-notes.ts';
import type { DocumentTransfer } from '../document.ts';
import { frozenText } from '../queries/frozen.ts';
import { findInvoice, linesOf, type StoredInvoice } from '../queries/read.ts';
import { refuseTakenAway } from '../taken-away.ts';
import type { DocumentRef } from './repo.ts';
import * as repo from './repo.ts';
import { sourceOfInvoice, sourceOfNote } from './source.ts';

type Request = { tenantId: number; actor: Actor; requestId: string | null };
export type EInvoiceFile = { readonly name: string; readonly text: string };

export type EInvoices = {
  /**
   * The file of an issued document, made at the first asking and the same ever after. Refusals: those of
   * `decideEInvoice`, and `einvoice.elsewhere` of a document that Stripe issues.
   * Throws the refusals `invoice.not_found` and `credit_note.not_found`.
   */
  make(request: Request, document: DocumentRef, profile: EInvoiceProfile): Promise<Result<EInvoiceFile>>;
  /** The same; what cannot be made is a refusal with all that is missing. */
  demand(request: Request, document: DocumentRef, profile: EInvoiceProfile): Promise<EInvoiceFile>;
};

type Deps = {
  transactor: Transactor;
  transferOf: (ctx: QueryCtx, invoice: StoredInvoice) => Promise<DocumentTransfer | null>;
};

export function createEInvoices(deps: Deps): EInvoices {
  const make: EInvoices['make'] = async (request, document, profile) => {
    const { transactor } = deps;
    const found = await transactor.query(request, async (ctx) => {
      const text = await repo.keptText(ctx, document, profile);
      return text === undefined
        ? sourceOf(deps, ctx, document)
        : ok({ name: await nameOf(ctx, document), text });
    });
    if (!found.ok) return found;
    if ('text' in found.value)
      return ok({ name: fileName(found.value.name, profile), text: found.value.text });
    const written = await write(found.value, profile);
    if (!written.ok) return written;
    await transactor.command(request, (ctx) => repo.keepText(ctx, document, profile, written.value));
    // Somebody else's may have been kept first: that one is the document.
    const text = await transactor.query(request, (ctx) => repo.keptText(ctx, document, profile));
    invariant(text !== undefined, 'What was kept is there.');
    return ok({ name: fileName(found.value.number, profile), text });
  };
  return {
    make,
    async demand(request, document, profile) {
      const made = await make(request, document, profile);
      return made.ok ? made.value : refuseFile(made.refusal);
    },
  };
}

/** The model, its rules and writers are large, so they are loaded with the first file. */
async function write(source: SourceDocument, profile: EInvoiceProfile): Promise<Result<string>> {
  const { decideEInvoice } = await import('@billhook/core/einvoice/map-document');
  const decided = decideEInvoice(source, profile);
  if (!decided.ok) return decided;
  const { eInvoiceText } = await import('@billhook/core/einvoice/write');
  return ok(eInvoiceText(decided.value, profile));
}

function sourceOf(deps: Deps, ctx: QueryCtx, document: DocumentRef): Promise<Result<SourceDocument>> {
  return document.kind === 'invoice' ? invoiceSource(deps, ctx, document.id) : noteSource(ctx, document.id);
}

async function invoiceSource(
  { transferOf }: Deps,
  ctx: QueryCtx,
  id: string,
): Promise<Result<SourceDocument>> {
  const invoice = await invoiceOf(ctx, id);
  if (invoice.authority === 'stripe') return atStripe();
  refuseTakenAway(invoice);
  const canonical = await frozenText(ctx, id);
  invariant(canonical !== undefined, 'An invoice that is shown has its frozen text.');
  const lines = await linesOf(ctx, [id]);
  const discounts = lines.flatMap((line) => line.discounts.flatMap((one) => one.discount_id ?? []));
  const named = async (other: string | null) =>
    other === null ? null : ((await findInvoice(ctx, other)) ?? null);
  return ok(
    sourceOfInvoice(canonical, {
      timeZone: ctx.tenant.timeZone,
      units: new Map(lines.map(({ position, unit }) => [position, unit])),
      coupons: await couponNames(ctx, [...new Set(discounts)]),
      replaces: await named(invoice.replacesInvoiceId),
      raises: await named(invoice.raisesInvoiceId),
      transfer: invoice.collection === 'manual' ? await transferOf(ctx, invoice) : null,
    }),
  );
}

async function noteSource(ctx: QueryCtx, id: string): Promise<Result<SourceDocument>> {
  const note = await repo.frozenNote(ctx, id);
  if (note === undefined) return refuse('credit_note.not_found', 'There is no such credit note.');
  if (note.authority === 'stripe') return atStripe();
  refuseTakenAway((await findNote(ctx, id)) ?? { number: '', takenAwayAt: null });
  const canonical = await frozenText(ctx, note.invoiceId);
  invariant(canonical !== undefined, 'The invoice of a credit note has its frozen text.');
  return ok(sourceOfNote(note.canonical, canonical, ctx.tenant));
}

async function invoiceOf(ctx: QueryCtx, id: string): Promise<StoredInvoice> {
  return (await findInvoice(ctx, id)) ?? refuse('invoice.not_found', 'There is no such invoice.');
}

async function nameOf(ctx: QueryCtx, { kind, id }: DocumentRef): Promise<string> {
  if (kind === 'invoice') return (await invoiceOf(ctx, id)).number;
  return ((await findNote(ctx, id)) ?? refuse('credit_note.not_found', 'There is no such credit note.'))
    .number;
}

const fileName = (number: string, profile: EInvoiceProfile) =>
  `${number}-${profile.replaceAll('_', '-')}.xml`;

const atStripe = () =>
  refused('einvoice.elsewhere', 'Stripe issues this document, so its e-invoice is made there.');

type Missing = { rule: string; term: string; detail: string };

function refuseFile({ code, detail, facts }: Extract<Result<never>, { ok: false }>['refusal']): never {
  if (code !== 'einvoice.incomplete') return refuse('e_invoice.not_possible', detail);
  const missing = facts.missing as unknown as readonly Missing[];
  return refuse('e_invoice.incomplete', `${detail} ${missing.map((one) => one.detail).join(' ')}`, {
    facts: { missing },
  });
}
