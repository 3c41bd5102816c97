import { type Context, newDraft } from '../context.ts';
import { type Account, accountNowMs } from '../state/account.ts';
import { NO_FAULTS } from '../state/faults.ts';
import type { WebhookEndpointRecord } from '../state/records.ts';
import { accountOfKey, writeSettings } from '../state/world.ts';
import { nextDueAt } from '../stripe/due-work.ts';
import { sweep } from '../stripe/http.ts';
import { ControlError } from './read-input.ts';
import type { AccountInput, AccountView } from './types.ts';

/** An account as the control API shows it. */
export function viewAccount({ world }: Context, account: Account): AccountView {
  const { id, sellerName, frozenAtMs, enforceMinimumAmount, automaticPayouts, faults } = account.settings;
  const nextDue = nextDueAt(account);
  return {
    id,
    sellerName,
    webhookUrl: controlledEndpoint(account)?.url ?? null,
    frozenAtMs,
    nowMs: accountNowMs(account, world.wallNow()),
    nextDueAtMs: nextDue === null ? null : nextDue * 1000,
    enforceMinimumAmount,
    automaticPayouts: automaticPayouts ?? false,
    faults: { ...NO_FAULTS, ...faults },
    pendingWebhooks: account.pending.size,
  };
}

/** Makes or changes the account of a key. */
export function putAccount(context: Context, input: AccountInput): Account {
  const account = accountOfKey(context.world, input.key);
  const { settings } = account;
  const changed = {
    ...settings,
    sellerName: input.sellerName ?? settings.sellerName,
    enforceMinimumAmount: input.enforceMinimumAmount ?? settings.enforceMinimumAmount,
    ...(input.afterLastRetry === undefined ? {} : { afterLastRetry: input.afterLastRetry }),
    ...(input.automaticPayouts === undefined ? {} : { automaticPayouts: input.automaticPayouts }),
  };
  if (JSON.stringify(changed) !== JSON.stringify(settings)) writeSettings(context.world, changed);
  if (input.webhookUrl !== undefined) putEndpoint(context, account, input.webhookUrl, input.webhookSecret);
  return account;
}

/** Sets the account's clock and lets what is due at that instant happen. */
export function setClock(context: Context, account: Account, frozenAtMs: number | null): void {
  if (account.settings.frozenAtMs !== frozenAtMs) {
    writeSettings(context.world, { ...account.settings, frozenAtMs });
  }
  sweep(context, account);
}

function controlledEndpoint({ tables }: Account): WebhookEndpointRecord | undefined {
  return [...tables.webhook_endpoint.values()].find(({ controlled }) => controlled);
}

function putEndpoint(
  context: Context,
  account: Account,
  url: string | null,
  secret: string | undefined,
): void {
  const before = controlledEndpoint(account);
  const draft = newDraft(context, account);
  if (url === null) {
    if (before !== undefined) draft.remove('webhook_endpoint', before.id);
    draft.commit();
    return;
  }
  const kept = secret ?? before?.secret;
  if (kept === undefined) throw new ControlError(400, 'webhookSecret is needed with webhookUrl.');
  if (before?.url === url && before.secret === kept) return;
  draft.put('webhook_endpoint', {
    id: before?.id ?? draft.id('we_'),
    created: before?.created ?? draft.now,
    url,
    secret: kept,
    enabledEvents: ['*'],
    description: null,
    metadata: {},
    enabled: true,
    controlled: true,
  });
  draft.commit();
}
