import { allocateCredits } from '@billhook/core/credits/allocate-credits';
import { inBurnOrder } from '@billhook/core/credits/burn-order';
import { decideConsumption } from '@billhook/core/credits/decide-consumption';
import type { CreditGrant, HeldGrant } from '@billhook/core/credits/grant';
import { anyUse } from '@billhook/core/credits/timeline';
import { topUpOf } from '@billhook/core/credits/top-up';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { currencyCode } from '@billhook/core/money/currency';
import { type Rational, rational } from '@billhook/core/money/rational';
import { MAX_INSTANT } from '@billhook/core/time/instant';
import { grantOf, runBurnDown, TYPE } from './credit-burn-down.ts';
import type { AllocationCase, CreditCase, FifoCase, OrderCase, RoundingCase } from './credit-case.ts';
import { type CreditPolicy, creditPolicyOf, unknownCreditPolicies } from './credit-policy.ts';
import { runRollover, runRunningBalance, runWallet } from './credit-pools.ts';
import { comparedMembers } from './members.ts';
import { type Adapter, type CaseOutcome, compared, unsupported } from './outcome.ts';
import { decimalOf } from './read.ts';

/** Runs a case of `credits.json`: grants are made and spent as it says, and what is left is compared. */
export const credits: Adapter = (entry, policies) => {
  const one = entry as unknown as CreditCase;
  const unknown = unknownCreditPolicies(policies);
  if (unknown.length > 0)
    return unsupported(JSON.stringify(entry['expected']), `No setting for ${unknown.join(', ')}.`);
  const policy = creditPolicyOf(policies);
  switch (one.kind) {
    case 'burn_down':
      return runBurnDown(one, policy);
    case 'grant_order':
      return runOrder(one, policy);
    case 'fifo':
      return runFifo(one, policy);
    case 'allocation':
      return runAllocation(one, policy);
    case 'wallet_balance':
      return runWallet(one, policy);
    case 'running_balance':
      return runRunningBalance(one, policy);
    case 'rollover':
      return runRollover(one, policy);
    case 'credit_rounding':
      return runRounding(one, policy);
    default:
      return unsupported('a known kind', `No kind of case is called ${(one as { kind: string }).kind}.`);
  }
};

/** Of grants that nothing tells apart, the first of the list is the oldest. */
function runOrder(one: OrderCase, { order }: CreditPolicy): CaseOutcome {
  const grants = one.grants.map((grant, index) => grantOf(grant, decimalOf(grant.amount ?? '1'), index));
  const seen = inBurnOrder(grants, order).map(({ id }) => id);
  return compared(one.expected.order.join(' '), seen.join(' '));
}

/** An invoice takes what there is; a void takes all that it names or nothing. */
function runFifo(one: FifoCase, { order }: CreditPolicy): CaseOutcome {
  const isBought = new Map<string, boolean>();
  let held: readonly HeldGrant[] = one.sources.map((source, index) => {
    const amount = minorOf(source.amount);
    const grant: CreditGrant = grantOf(source, amount, index);
    isBought.set(grant.id, grant.source === 'purchase');
    return { ...grant, left: amount };
  });
  const fundings: Record<string, Record<string, number>> = {};
  const usedMinor = { granted: 0n, purchased: 0n };
  let error: string | undefined;
  for (const { id, type, amount } of one.consumptions) {
    const beyond = type === 'invoice' ? 'allow' : 'block';
    const use = anyUse(TYPE, MAX_INSTANT);
    const decided = decideConsumption({ held, use, amount: minorOf(amount), order, beyond });
    if (!decided.ok) {
      error = decided.refusal.code === 'credits.insufficient' ? 'insufficient_balance' : decided.refusal.code;
      continue;
    }
    const parts = new Map(decided.value.parts.map((part) => [part.grantId, part.amount]));
    fundings[id] = Object.fromEntries([...parts].map(([grantId, part]) => [grantId, figure(part)]));
    for (const [grantId, part] of parts) usedMinor[isBought.get(grantId) ? 'purchased' : 'granted'] += part;
    held = held.map((grant) => ({
      ...grant,
      left: decimal12FromScaled(grant.left - (parts.get(grant.id) ?? 0n)),
    }));
  }
  const seen: Record<string, unknown> = {
    fundings,
    remaining: Object.fromEntries(held.map(({ id, left }) => [id, figure(left)])),
    granted_used: figure(usedMinor.granted),
    purchased_used: figure(usedMinor.purchased),
  };
  return comparedMembers(one.expected, error === undefined ? seen : { ...seen, error });
}

function runAllocation(one: AllocationCase, { order }: CreditPolicy): CaseOutcome {
  const wallets = one.wallets.map((wallet, index): HeldGrant => {
    const amount = minorOf(wallet.balance);
    const scope = { featureIds: wallet.metrics, chargeKinds: wallet.fee_types, subscriptionId: null };
    return { ...grantOf(wallet, amount, index), creditTypeId: wallet.currency, left: amount, scope };
  });
  const charges = one.fees.map((fee) => ({
    id: fee.id,
    amount: minorOf(fee.amount_incl_tax),
    use: { ...anyUse(one.currency, MAX_INSTANT), featureId: fee.metric, chargeKind: fee.type },
  }));
  const parts = allocateCredits(wallets, charges, minorOf(one.invoice_total), order);
  const used = (one.expected['used'] ?? {}) as Readonly<Record<string, number>>;
  const seen = new Map(parts.map(({ grantId, amount }) => [grantId, figure(amount)]));
  // Wallets that a case leaves out are not used, and may be listed with nothing.
  const named = [...new Set([...Object.keys(used), ...seen.keys()])].map((id) => [id, seen.get(id) ?? 0]);
  return comparedMembers(one.expected, { used: Object.fromEntries(named) });
}

function runRounding(one: RoundingCase, { rounding }: CreditPolicy): CaseOutcome {
  const wanted = Object.values(one.input)[0];
  if (wanted === undefined) return unsupported(JSON.stringify(one.expected), 'Nothing is bought.');
  const topUp = topUpOf(exactOf(wanted), exactOf(one.rate), currencyCode(one.currency), rounding);
  return comparedMembers(one.expected, {
    credits: formatDecimal12(topUp.credits),
    amount: Number(topUp.priceMinor),
  });
}

/** A decimal of any length, exact. */
function exactOf(text: string): Rational {
  const [whole = '0', places = ''] = text.split('.');
  return rational(BigInt(`${whole}${places}`), 10n ** BigInt(places.length));
}

function minorOf(amount: number): Decimal12 {
  return decimalOf(`${amount}`);
}

function figure(amount: bigint): number {
  return Number(formatDecimal12(decimal12FromScaled(amount)));
}
