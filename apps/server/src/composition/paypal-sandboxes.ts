import { invariant } from '@billhook/core/kernel/invariant';
import type { SandboxControl } from '../adapters/sandbox/control.ts';
import type { NewAccount } from '../modules/payments/api.ts';
import { TENANT_COLUMNS, type TenantRow } from '../platform/tenants.ts';
import type { Transactor } from '../platform/transaction.ts';

/**
 * Accounts of sandbox tenants at the stand-in for PayPal, for those who take PayPal. What they need is derived, so that
 * setting one up again changes nothing but the address that its webhooks go to.
 */
export function composePayPalSandboxes(options: {
  transactor: Transactor;
  control: SandboxControl;
  derive(publicId: string, what: string): string;
  hookTokenOf(publicId: string, provider: string): string;
  webhookUrlOf(publicId: string, provider: string): string;
}) {
  const { control, derive } = options;
  const accounts = new Map<number, Promise<string>>();

  async function makeThere(tenant: TenantRow, keys: { clientId: string; secret: string; webhookId: string }) {
    const view = await control.payPal.putAccount({
      ...keys,
      sellerName: tenant.name,
      webhookUrl: options.webhookUrlOf(tenant.public_id, 'paypal'),
    });
    if (view.frozenAtMs !== tenant.frozen_at) await control.payPal.setClock(view.id, tenant.frozen_at);
    return view.id;
  }

  async function setUp(tenant: TenantRow): Promise<NewAccount> {
    const { public_id: publicId } = tenant;
    const clientId = `sandbox-${derive(publicId, 'paypal/client').slice(0, 24)}`;
    const secret = derive(publicId, 'paypal/secret');
    const webhookId = derive(publicId, 'paypal/webhook').slice(0, 17).toUpperCase();
    const account = makeThere(tenant, { clientId, secret, webhookId });
    accounts.set(tenant.id, account);
    account.catch(() => accounts.delete(tenant.id));
    await account;
    return {
      provider: 'paypal',
      mode: 'sandbox',
      secretKey: secret,
      publicId: clientId,
      webhookSecret: webhookId,
      hookToken: options.hookTokenOf(publicId, 'paypal'),
    };
  }

  return {
    /** Makes the account there, or finds it; what is to be kept of it. */
    setUp,
    /** The same for the tenant of a number. */
    async setUpFor(tenantId: number): Promise<NewAccount> {
      const [tenant] = await options.transactor.lookUp((sql) =>
        sql.rows<TenantRow>(`select ${TENANT_COLUMNS} from tenants where id = $1`, [tenantId]),
      );
      invariant(tenant !== undefined, 'A tenant that asks is there.');
      return setUp(tenant);
    },
    /** The account there; null for a tenant that has none. */
    async accountOf(tenantId: number): Promise<string | null> {
      return (await accounts.get(tenantId)) ?? null;
    },
  };
}
