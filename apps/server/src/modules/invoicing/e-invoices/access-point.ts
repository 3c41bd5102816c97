import type { AccessPointFindings } from '@billhook/core/credentials/judge-access-point';
import type { SchemedId } from '@billhook/core/einvoice/model';
import type { Instant } from '@billhook/core/time/instant';
import type { TenantContext } from '../../../platform/context.ts';

/** A document on its way by the network Peppol. */
export type PeppolMessage = {
  /** Stays the same over repeats, so that the receiver gets one document. */
  key: string;
  kind: 'invoice' | 'credit_note';
  sender: SchemedId;
  receiver: SchemedId;
  /** Peppol BIS Billing 3.0 in UBL. */
  text: string;
};

export type PeppolAnswer =
  /** Taken, or not known yet what became of it. */
  | { kind: 'sent'; reference: string }
  /** The receiver's access point has it. */
  | { kind: 'accepted'; reference: string }
  | { kind: 'refused'; reason: string };

/** Port: an access point of Peppol. Throws where nothing is known; then it is asked again with the same key. */
export type AccessPoint = {
  send(message: PeppolMessage): Promise<PeppolAnswer>;
  /** What became of a message that was sent. */
  statusOf(reference: string): Promise<PeppolAnswer>;
};

/** An access point that can be looked at: it is asked for a message that does not exist, and nothing is sent. */
export type InspectableAccessPoint = AccessPoint & { inspect(now: Instant): Promise<AccessPointFindings> };

/** The access point of an environment; null where none is set up. */
export type AccessPointOf = (tenant: Pick<TenantContext, 'kind'>) => AccessPoint | null;
