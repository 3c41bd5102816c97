import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { isCountryCode } from '../countries.ts';
import { customerId } from '../ids.ts';
import { lockCustomerRows } from '../repo.ts';
import { type EvidenceToKeep, keepEvidence } from '../vat/evidence.ts';

/** Keeps what the seller has seen of where a customer is. Refuses with `customer.not_found`. */
export async function keepLocationEvidence(
  ctx: CommandCtx,
  id: string,
  piece: EvidenceToKeep,
): Promise<void> {
  const [customer] = await lockCustomerRows(ctx, [id]);
  if (customer === undefined) refuse('customer.not_found', 'There is no such customer.');
  await keepEvidence(ctx, id, piece);
  const fields = ['location_evidence'];
  ctx.emit({ type: 'customer.updated', objectId: id, customerId: id, payload: { fields } });
  ctx.audit({
    action: 'customer.keep_evidence',
    objectKind: 'customer',
    objectId: customerId(id),
    details: { kind: piece.kind, country: piece.country },
  });
}

/**
 * Keeps from which country a customer itself came, as a proxy said: only where the seller's rules want evidence, since
 * nothing else needs it.
 */
export async function keepVisit(
  ctx: CommandCtx,
  id: string,
  { address, addressCountry }: { address?: string | null; addressCountry?: string | null },
): Promise<void> {
  const { taxRules } = ctx.tenant.settings;
  if (taxRules === null || taxRules.evidence === 'none' || !addressCountry) return;
  if (!isCountryCode(addressCountry)) return;
  const piece = { country: addressCountry, detail: address ?? null, source: 'visit' } as const;
  const isNew = await keepEvidence(ctx, id, { kind: 'ip_address', ...piece });
  if (!isNew) return;
  const fields = ['location_evidence'];
  ctx.emit({ type: 'customer.updated', objectId: id, customerId: id, payload: { fields } });
}
