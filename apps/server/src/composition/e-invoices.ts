import { httpAccessPoint } from '../adapters/peppol/access-point.ts';
import { getCustomer } from '../modules/customers/api.ts';
import {
  type AccessPointOf,
  type DocumentRef,
  type EInvoices,
  findInvoice,
  findNote,
} from '../modules/invoicing/api.ts';
import type { SendMailsDeps } from '../modules/notifications/send-mails.ts';
import type { Config } from '../platform/config.ts';
import type { QueryCtx } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import type { Transactor } from '../platform/transaction.ts';
import { peppolSource } from '../processes/send-by-peppol.ts';

/** Documents of a sandbox never leave this machine; those of a live environment wait until an access point is set up. */
export function peppolOf(parts: {
  transactor: Transactor;
  eInvoices: EInvoices;
  log: Log;
  config: Pick<Config, 'peppol'>;
  sandboxUrl: string;
}): DueSource {
  const { transactor, eInvoices, log, config, sandboxUrl } = parts;
  const standIn = httpAccessPoint(`${sandboxUrl}/peppol`, undefined);
  const live = config.peppol === undefined ? null : httpAccessPoint(config.peppol.url, config.peppol.token);
  const accessPointOf: AccessPointOf = ({ kind }) => (kind === 'live' ? live : standIn);
  return peppolSource({ transactor, eInvoices, accessPointOf, log });
}

/** The file that goes by mail beside the PDF, to customers who wish one. What lacks something for it goes as PDF alone. */
export function wishedEInvoice(parts: {
  transactor: Transactor;
  eInvoices: EInvoices;
}): SendMailsDeps['eInvoice'] {
  return async (tenantId, document) => {
    const actor = { kind: 'system' as const, id: 'send-mails' };
    const request = { tenantId, actor, requestId: null };
    const format = await parts.transactor.query(request, (ctx) => wishedFormat(ctx, document));
    if (format !== 'xrechnung_cii' && format !== 'xrechnung_ubl') return null;
    const made = await parts.eInvoices.make(request, document, format);
    if (!made.ok) return null;
    return { name: made.value.name, bytes: Buffer.from(made.value.text, 'utf8'), format };
  };
}

async function wishedFormat(ctx: QueryCtx, { kind, id }: DocumentRef) {
  const found = kind === 'invoice' ? await findInvoice(ctx, id) : await findNote(ctx, id);
  if (found === undefined) return null;
  return (await getCustomer(ctx, found.customerId)).eInvoice.format;
}
