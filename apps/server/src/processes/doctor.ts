import {
  type HealthCheck,
  judgeProvider,
  type ProviderFindings,
  worstOf,
} from '@billhook/core/credentials/judge-provider';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { type AgedSecret, secretAges } from '../modules/credentials/api.ts';
import {
  arrivalsOf,
  type PaymentProvider,
  type ProviderConnector,
  ProviderFault,
  type ProviderInspection,
  type Providers,
} from '../modules/payments/api.ts';
import type { Actor, QueryCtx } from '../platform/context.ts';
import type { Transactor } from '../platform/transaction.ts';

/** What others said is repeated no further than this. */
const MOST_LETTERS = 1_000;

export type Health = {
  checkedAt: Instant;
  state: 'ok' | 'attention' | 'problem';
  checks: (HealthCheck & { subject: string })[];
  secrets: AgedSecret[];
};

/** Something else that this server leans on, looked at without changing anything. */
export type Probe = {
  subject: string;
  /** What stands there where it is not set up, which is no fault; null where it is. */
  off: { id: string; title: string; detail: string } | null;
  look(now: Instant): Promise<HealthCheck[]>;
};

type Deps = {
  transactor: Transactor;
  providers: Providers;
  /** The address that a tenant's provider sends its messages to. */
  webhookUrl(publicId: string, provider: string): string;
  probes: readonly Probe[];
};
type Request = { tenantId: number; actor: Actor; requestId: string | null };

/** Looks at every credential and webhook of a tenant. Nothing is charged or changed to find out. */
export async function examine(deps: Deps, request: Request): Promise<Health> {
  const wallNow = deps.transactor.wallNow();
  const accounts = await deps.transactor.query(request, accountsOf);
  const checks: Health['checks'] = [];
  for (const account of accounts) checks.push(...(await examineProvider(deps, request, account)));
  if (accounts.length === 0) {
    checks.push({
      id: 'provider.account',
      subject: 'payments',
      title: 'Payment provider',
      state: 'attention',
      detail: 'No payment provider is set up, so nothing can be collected.',
      nextStep: 'Put the keys of a provider into the settings.',
    });
  }
  const looks = deps.probes.map((probe) => runProbe(probe, wallNow));
  checks.push(...(await Promise.all(looks)).flat());
  const secrets = await deps.transactor.query(request, secretAges);
  return { checkedAt: wallNow, state: worstOf([...checks, ...secrets.map(checkOf)]), checks, secrets };
}

type Account = { provider: string; mode: 'sandbox' | 'test' | 'live'; lastPaymentAt: Instant | null };

function accountsOf(ctx: QueryCtx): Promise<Account[]> {
  return ctx.sql.rows<Account>(
    `select a.provider, a.mode,
       (select max(f.finished_at) from payment_attempts f where f.tenant_id = $1 and f.provider = a.provider
          and f.status = 'succeeded') as "lastPaymentAt"
     from provider_accounts a where a.tenant_id = $1 order by a.provider`,
    [ctx.tenant.id],
  );
}

async function examineProvider(deps: Deps, request: Request, account: Account): Promise<Health['checks']> {
  const { provider: name, mode } = account;
  const connector = deps.providers.connector(name);
  if (connector === undefined) return [];
  const secret = await deps.providers.webhookSecretOf(request.tenantId, name);
  const facts = await deps.transactor.query(request, async (ctx) => ({
    tenant: ctx.tenant,
    arrivals: await arrivalsOf(ctx, name, addMs(ctx.wallNow, -MS_PER_DAY)),
    // A sandbox's payments have the times of its own clock, which say nothing of messages.
    lastPaymentAt: ctx.tenant.kind === 'live' ? account.lastPaymentAt : null,
    withBilling: await leavesBilling(ctx, name),
  }));
  const hookUrl = deps.webhookUrl(facts.tenant.publicId, name);
  const provider = await deps.providers.of(request.tenantId, name);
  const now = deps.transactor.wallNow();
  const checks = judgeProvider({
    now,
    provider: name,
    tenantKind: facts.tenant.kind,
    mode,
    findings: await findingsOf(
      { provider, connector, hookUrl, mode, withBilling: facts.withBilling },
      deps.transactor.wallNow,
    ),
    hookUrl,
    hasWebhookSecret: secret !== null && secret.secret !== '',
    arrivals: facts.arrivals,
    lastPaymentAt: facts.lastPaymentAt,
  });
  return checks.map((check) => ({ ...check, subject: connector.title }));
}

/** Whether the provider computes subscriptions for this seller, or will. */
async function leavesBilling(ctx: QueryCtx, provider: string): Promise<boolean> {
  if (provider !== 'stripe') return false;
  if (ctx.tenant.settings.newSubscriptions === 'stripe') return true;
  const linked = await ctx.sql.rows('select 1 from stripe_links where tenant_id = $1 limit 1', [
    ctx.tenant.id,
  ]);
  return linked.length > 0;
}

type Asked = {
  provider: PaymentProvider;
  connector: ProviderConnector;
  hookUrl: string;
  mode: Account['mode'];
  withBilling: boolean;
};

async function findingsOf(
  { provider, connector, hookUrl, mode, withBilling }: Asked,
  wallNow: () => Instant,
): Promise<ProviderFindings> {
  let seen: ProviderInspection;
  try {
    seen = await provider.inspect({ withBilling });
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    const fault = { kind: error.kind, code: error.code };
    return { fault, isLive: null, clockOffMs: null, denied: [], endpoint: null };
  }
  const here = seen.webhooks?.filter(({ url }) => url === hookUrl) ?? [];
  const on = here.filter(({ isEnabled }) => isEnabled);
  // One that is switched off is sent nothing, whatever it names.
  const events = new Set((on.length > 0 ? on : here).flatMap(({ events }) => events));
  const isSent = (event: string) => events.has('*') || events.has(event);
  return {
    fault: null,
    isLive: seen.isLive,
    // A stand-in's clock is the tenant's, which may stand still.
    clockOffMs: mode === 'sandbox' || seen.serverTime === null ? null : seen.serverTime - wallNow(),
    denied: seen.missingScopes.filter((scope) => scope !== 'webhook_endpoints'),
    endpoint:
      seen.webhooks === null
        ? null
        : {
            isRegistered: here.length > 0,
            isEnabled: on.length > 0,
            missingEvents: connector.webhookEvents.filter((event) => !isSent(event)),
          },
  };
}

async function runProbe({ subject, off, look }: Probe, now: Instant): Promise<Health['checks']> {
  const checks: HealthCheck[] = off === null ? await look(now) : [{ ...off, state: 'off', nextStep: null }];
  return checks.map((check) => ({ ...check, detail: check.detail.slice(0, MOST_LETTERS), subject }));
}

function checkOf(secret: AgedSecret): HealthCheck {
  const state = secret.state === 'overdue' ? 'problem' : secret.state === 'due_soon' ? 'attention' : 'ok';
  return { id: `secret.${secret.name}`, title: secret.name, state, detail: '', nextStep: null };
}
