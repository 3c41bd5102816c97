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

export type Health = {
  checkedAt: Instant;
  state: 'ok' | 'attention' | 'problem';
  checks: (HealthCheck & { subject: string })[];
  secrets: AgedSecret[];
};

/** Something else that this server leans on, asked without changing anything. */
export type Probe = {
  id: string;
  subject: string;
  title: string;
  /** Whether it is set up at all; `off` is no fault. */
  isSetUp: boolean;
  /** What stands there where it is not. */
  offDetail: string;
  /** Ends well or throws; the sentence is what was seen. */
  ask(): Promise<string>;
  nextStep: string;
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
  checks.push(...(await Promise.all(deps.probes.map(runProbe))));
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
  }));
  const hookUrl = deps.webhookUrl(facts.tenant.publicId, name);
  const provider = await deps.providers.of(request.tenantId, name);
  const now = deps.transactor.wallNow();
  const checks = judgeProvider({
    now,
    provider: name,
    tenantKind: facts.tenant.kind,
    mode,
    findings: await findingsOf(provider, connector, hookUrl, deps.transactor.wallNow, mode),
    hookUrl,
    hasWebhookSecret: secret !== null && secret.secret !== '',
    arrivals: facts.arrivals,
    lastPaymentAt: facts.lastPaymentAt,
  });
  return checks.map((check) => ({ ...check, subject: connector.title }));
}

async function findingsOf(
  provider: PaymentProvider,
  connector: ProviderConnector,
  hookUrl: string,
  wallNow: () => Instant,
  mode: Account['mode'],
): Promise<ProviderFindings> {
  let seen: ProviderInspection;
  try {
    seen = await provider.inspect();
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    const fault = { kind: error.kind, code: error.code };
    return { fault, isLive: null, clockOffMs: null, denied: [], endpoint: null };
  }
  const here = seen.webhooks?.filter(({ url }) => url === hookUrl) ?? [];
  const events = new Set(here.flatMap(({ events }) => events));
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
            isEnabled: here.some(({ isEnabled }) => isEnabled),
            missingEvents: connector.webhookEvents.filter((event) => !isSent(event)),
          },
  };
}

async function runProbe(probe: Probe): Promise<Health['checks'][number]> {
  const { id, subject, title } = probe;
  if (!probe.isSetUp) return { id, subject, title, state: 'off', detail: probe.offDetail, nextStep: null };
  try {
    return { id, subject, title, state: 'ok', detail: await probe.ask(), nextStep: null };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300);
    return {
      id,
      subject,
      title,
      state: 'problem',
      detail: `It did not work: ${reason}`,
      nextStep: probe.nextStep,
    };
  }
}

function checkOf(secret: AgedSecret): HealthCheck {
  const state = secret.state === 'overdue' ? 'problem' : secret.state === 'due_soon' ? 'attention' : 'ok';
  return { id: `secret.${secret.name}`, title: secret.name, state, detail: '', nextStep: null };
}
