import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { deliveryOf, furtherDelivery } from '@billhook/core/texts/delivery';
import { readReply } from '@billhook/core/texts/text-rules';
import type { Actor, TenantContext } from '../../../platform/context.ts';
import { findTenantByTypeId } from '../../../platform/tenants.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import { tellOfPhone } from '../../customers/api.ts';
import type { TextProvider } from './port.ts';
import * as repo from './repo.ts';
import { applyDelivery } from './send-texts.ts';

export type HeardText = { url: string; fields: URLSearchParams; signature: string };

type Deps = {
  transactor: Transactor;
  providerOf(tenant: Pick<TenantContext, 'kind'>): TextProvider | null;
};

const ACTOR: Actor = { kind: 'system', id: 'texts' };
const KINDS = ['live', 'sandbox'] as const;

/** What became of a text, by the provider's word. Repeats and words that overtake each other change nothing. */
export async function hearStatus(
  { transactor, providerOf }: Deps,
  address: { tenant: string; text: string },
  heard: HeardText,
): Promise<'heard' | 'unknown' | 'unsigned'> {
  const tenant = await transactor.lookUp((sql) => findTenantByTypeId(sql, address.tenant));
  const id = decodeTypeId('txt', address.text);
  if (tenant === undefined || !id.ok) return 'unknown';
  if (providerOf(tenant)?.isSigned(heard) !== true) return 'unsigned';
  const told = deliveryOf(heard.fields.get('MessageStatus') ?? '');
  const code = Number(heard.fields.get('ErrorCode') ?? '');
  const providerId = heard.fields.get('MessageSid') ?? '';
  await transactor.command({ tenantId: tenant.id, actor: ACTOR, requestId: null }, async (ctx) => {
    const text = await repo.lockText(ctx, id.value);
    // A text that was dropped or waits for another try is not moved by words about an earlier one.
    if (text === undefined || told === null || text.status === 'queued' || text.status === 'dropped') return;
    const known = text.status === 'sending' || text.status === 'unknown' ? 'accepted' : text.status;
    const delivery = furtherDelivery(known, told);
    if (delivery === text.status) return;
    await applyDelivery(ctx, text, { providerId, delivery, errorCode: code > 0 ? code : null });
  });
  return 'heard';
}

/** What somebody answered: a stop holds for their number at every seller whose texts leave by the same account. */
export async function hearReply(
  { transactor, providerOf }: Deps,
  heard: HeardText,
): Promise<'heard' | 'unsigned'> {
  const kind = KINDS.find((one) => providerOf({ kind: one })?.isSigned(heard) === true);
  if (kind === undefined) return 'unsigned';
  const reply = readReply(heard.fields.get('Body') ?? '');
  const number = heard.fields.get('From') ?? '';
  if (reply === null) return 'heard';
  const tenants = await transactor.lookUp((sql) =>
    sql.rows<{ id: number }>('select id from tenants where kind = $1 order by id', [kind]),
  );
  for (const { id } of tenants)
    await transactor.command({ tenantId: id, actor: ACTOR, requestId: null }, (ctx) =>
      tellOfPhone(ctx, number, { kind: reply }),
    );
  return 'heard';
}
