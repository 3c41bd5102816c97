import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stripeClient, type TestSandbox, testSandbox } from '../testing/sandbox.ts';
import { TEST_IBANS } from './debit.ts';

const START = Date.parse('2026-03-02T10:00:00Z');
const DAY = 86_400_000;
const IBAN = {
  settles: 'DE89370400440532013000',
  fails: 'DE65370400440002222227',
  disputed: 'DE35370400440532013002',
};

let sandbox: TestSandbox;
let stripe: Stripe;
let account: string;
let customer: string;
let round = 0;

beforeAll(async () => {
  sandbox = await testSandbox();
});
afterAll(() => sandbox.dispose());
beforeEach(async () => {
  round += 1;
  const key = `sk_test_money${round}`;
  stripe = stripeClient(sandbox.stripeUrl, key);
  account = (await sandbox.control.putAccount({ key, automaticPayouts: round === 1 })).id;
  await sandbox.control.setClock(account, START);
  customer = (await stripe.customers.create({ name: 'Ada', email: 'ada@example.com' })).id;
});

const later = (days: number) => sandbox.control.setClock(account, START + days * DAY);
const types = async () => (await stripe.events.list({ limit: 100 })).data.map(({ type }) => type).reverse();

async function debit(iban: string): Promise<string> {
  const method = await stripe.paymentMethods.create({
    type: 'sepa_debit',
    sepa_debit: { iban },
    billing_details: { name: 'Ada', email: 'ada@example.com' },
  });
  const setup = await stripe.setupIntents.create({ customer, payment_method: method.id, confirm: true });
  expect(setup.status).toBe('succeeded');
  return method.id;
}

async function card(token: string): Promise<string> {
  return (await stripe.paymentMethods.attach(token, { customer })).id;
}

const take = (method: string, amount = 5_000) =>
  stripe.paymentIntents.create({
    amount,
    currency: 'eur',
    customer,
    payment_method: method,
    confirm: true,
    off_session: true,
    expand: ['latest_charge'],
  });

describe('the balance', () => {
  it('is paid out by itself once a day, in payouts that name every movement in them', async () => {
    await take(await card('pm_card_bypassPending'), 10_000);
    await take(await card('pm_card_visa'), 2_000);
    await later(10);
    const payouts = (await stripe.payouts.list()).data;
    expect(payouts.map(({ amount, status }) => [amount, status])).toEqual([
      [2_000 - 53, 'paid'],
      [10_000 - 165, 'paid'],
    ]);
    const inside = (await stripe.balanceTransactions.list({ payout: String(payouts[1]?.id) })).data;
    expect(inside.map(({ type, net }) => [type, net])).toEqual([
      ['payout', -9_835],
      ['charge', 9_835],
    ]);
    expect((await stripe.balance.retrieve()).available).toMatchObject([{ amount: 0, currency: 'eur' }]);
  });
});

describe('debits', () => {
  it('settle after five days of the clock, and the mandate can be read', async () => {
    const method = await debit(IBAN.settles);
    const intent = await take(method);
    expect(intent.status).toBe('processing');
    expect(intent.latest_charge).toMatchObject({
      status: 'pending',
      payment_method_details: { type: 'sepa_debit' },
    });
    await later(4);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('processing');
    await later(5);
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'succeeded',
      amount_received: 5_000,
    });
    expect(await types()).toEqual(expect.arrayContaining(['payment_intent.processing', 'charge.succeeded']));
    const [setup] = (await stripe.setupIntents.list({ payment_method: method })).data;
    const { payment_method_details: details } = await stripe.mandates.retrieve(String(setup?.mandate));
    const page = await fetch(details.sepa_debit?.url ?? '');
    expect(await page.text()).toContain(details.sepa_debit?.reference);
    expect((await fetch(`${sandbox.stripeUrl}/c/mandate/none`)).status).toBe(404);
  });

  it('come back without a trace in the balance, and need a mandate and euros', async () => {
    const method = await debit(IBAN.fails);
    const intent = await take(method);
    await later(2);
    const failed = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(failed).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'insufficient_funds' },
    });
    const sum = (await stripe.balanceTransactions.list()).data.reduce((total, { net }) => total + net, 0);
    expect(sum).toBe(0);
    const fresh = await stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban: IBAN.settles },
      billing_details: { name: 'Ada', email: 'ada@example.com' },
    });
    await stripe.paymentMethods.attach(fresh.id, { customer });
    await expect(take(fresh.id)).rejects.toMatchObject({ code: 'payment_intent_mandate_invalid' });
    await expect(
      stripe.paymentIntents.create({
        amount: 1,
        currency: 'usd',
        customer,
        payment_method: method,
        confirm: true,
      }),
    ).rejects.toMatchObject({ code: 'payment_method_currency_mismatch' });
    await expect(debit('DE00123456780000000000')).rejects.toMatchObject({
      code: 'invalid_bank_account_iban',
    });
  });

  it('are only taken from test IBANs, whose check digits are right', () => {
    for (const { iban } of TEST_IBANS) {
      const digits = [...`${iban.slice(4)}${iban.slice(0, 4)}`]
        .map((letter) => Number.parseInt(letter, 36))
        .join('');
      expect([iban, BigInt(digits) % 97n]).toEqual([iban, 1n]);
    }
  });
});

describe('disputes', () => {
  it.each([
    ['winning_evidence', 1, 'won', -1_500],
    ['losing_evidence', 1, 'lost', -6_500],
    [null, 9, 'lost', -6_500],
  ])('with %s end after %i days as %s', async (text, days, status, left) => {
    await take(await card('pm_card_createDispute'));
    const [dispute] = (await stripe.disputes.list()).data;
    expect(dispute).toMatchObject({ status: 'needs_response', amount: 5_000, reason: 'fraudulent' });
    if (text !== null) {
      await stripe.disputes.update(String(dispute?.id), {
        evidence: { uncategorized_text: text },
        submit: true,
      });
    }
    await later(days);
    const after = await stripe.disputes.retrieve(String(dispute?.id));
    expect(after.status).toBe(status);
    expect(after.balance_transactions.reduce((sum, { net }) => sum + net, 0)).toBe(left);
    await expect(
      stripe.disputes.update(after.id, { evidence: { uncategorized_text: 'late' }, submit: true }),
    ).rejects.toMatchObject({ code: 'dispute_evidence_not_accepted' });
    expect(await types()).toEqual(
      expect.arrayContaining([
        'charge.dispute.created',
        'charge.dispute.funds_withdrawn',
        'charge.dispute.closed',
      ]),
    );
  });

  it('may begin as an inquiry, which takes nothing, and become one that does', async () => {
    await take(await card('pm_card_createDisputeInquiry'));
    const [inquiry] = (await stripe.disputes.list()).data;
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] });
    await stripe.disputes.update(String(inquiry?.id), {
      evidence: { uncategorized_text: 'escalate_inquiry_evidence' },
      submit: true,
    });
    await later(1);
    expect(await stripe.disputes.retrieve(String(inquiry?.id))).toMatchObject({ status: 'needs_response' });
  });
});

it('refunds may fail after they had counted as done, or take their time', async () => {
  const failing = await take(await card('pm_card_refundFail'));
  const slow = await take(await card('pm_card_pendingRefund'));
  const refund = await stripe.refunds.create({ payment_intent: failing.id });
  const pending = await stripe.refunds.create({ payment_intent: slow.id });
  expect([refund.status, pending.status]).toEqual(['succeeded', 'pending']);
  await later(3);
  expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
    status: 'failed',
    failure_reason: 'lost_or_stolen_card',
  });
  expect((await stripe.refunds.retrieve(pending.id)).status).toBe('succeeded');
  expect((await stripe.charges.list({ payment_intent: failing.id })).data[0]?.amount_refunded).toBe(0);
  expect(await types()).toEqual(expect.arrayContaining(['refund.failed', 'refund.updated']));
});

it('payments carry how risky they looked, and the worst are blocked', async () => {
  expect((await take(await card('pm_card_riskLevelElevated'))).latest_charge).toMatchObject({
    outcome: { risk_level: 'elevated', type: 'authorized' },
  });
  const blocked = await card('pm_card_radarBlock');
  await expect(take(blocked)).rejects.toMatchObject({ decline_code: 'fraudulent' });
  const [charge] = (await stripe.charges.list({ limit: 1 })).data;
  expect(charge?.outcome).toMatchObject({
    type: 'blocked',
    risk_level: 'highest',
    network_status: 'not_sent_to_network',
  });
});

it('cards come in wallets, and near their end', async () => {
  const inWallet = await stripe.paymentMethods.attach('pm_card_visa_applePay', { customer });
  expect(inWallet.card?.wallet).toMatchObject({ type: 'apple_pay' });
  const ending = await card('pm_card_visa_expiresSoon');
  expect((await stripe.paymentMethods.retrieve(ending)).card).toMatchObject({ exp_month: 4, exp_year: 2026 });
  await later(60);
  await expect(take(ending)).rejects.toMatchObject({ code: 'expired_card' });
});

it.each([
  ['pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', 'authentication_required'],
  ['pm_card_authenticationRequiredSetupForOffSession', null],
])('%s off session ends with %s', async (token, code) => {
  const tried = take(await card(token));
  if (code === null) expect((await tried).status).toBe('succeeded');
  else await expect(tried).rejects.toMatchObject({ code });
});
