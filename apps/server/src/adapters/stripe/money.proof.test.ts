import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { addMs, type Instant, instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { type ControlClient, controlClient } from '@billhook/sandbox/control-client';
import { startSandbox } from '@billhook/sandbox/start';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type { EvidenceFile } from '../../modules/payments/provider-disputes.ts';
import type { ProviderTransaction } from '../../modules/payments/provider-money.ts';
import { createStripeConnector } from './connect.ts';

const START = instant(Date.parse('2026-03-02T10:00:00Z'));
const KEY = 'sk_test_money_of_the_adapter';
const EVIDENCE = {
  customerName: null,
  customerEmail: null,
  customerIp: null,
  billingAddress: null,
  productDescription: null,
  serviceDate: null,
  accessLog: null,
  refundPolicy: null,
  cancellationPolicy: null,
};

let connect: (timeoutMs: number) => PaymentProvider;
let provider: PaymentProvider;
let control: ControlClient;
let sdk: Stripe;
let account: string;
let customer: string;
let stop: () => Promise<void>;
let now: Instant = START;

beforeAll(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-adapter-'));
  const sandbox = await startSandbox({
    folder,
    controlToken: 'control-token-of-the-tests',
    wallNow: () => performance.timeOrigin + performance.now(),
    randomBytes,
    log: { info: () => undefined, warn: () => undefined },
  });
  control = controlClient(sandbox.controlUrl, 'control-token-of-the-tests');
  account = (await control.putAccount({ key: KEY, automaticPayouts: true })).id;
  await control.setClock(account, START);
  connect = (timeoutMs) =>
    createStripeConnector({ sandboxUrl: sandbox.stripeUrl, timeoutMs }).connect({
      provider: 'stripe',
      mode: 'sandbox',
      secretKey: KEY,
      publicId: null,
      methodKinds: ['card', 'sepa_debit'],
    });
  provider = connect(30_000);
  const { hostname: host, port } = new URL(sandbox.stripeUrl);
  sdk = new Stripe(KEY, { host, port: Number(port), protocol: 'http' });
  const person = { customerId: randomUUID(), name: 'Ada', email: 'ada@example.com' };
  customer = await provider.createCustomer(person, 'customer');
  stop = async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  };
}, 30_000);
afterAll(() => stop());

async function passDays(days: number): Promise<void> {
  now = addMs(now, days * MS_PER_DAY);
  await control.setClock(account, now);
}

async function take(method: string, kind: 'card' | 'sepa_debit' = 'card') {
  const attemptId = randomUUID();
  return provider.chargeOffSession(
    {
      attemptId,
      providerCustomerId: customer,
      providerMethodId: method,
      kind,
      currency: 'EUR',
      amountMinor: 5_000n,
      description: 'Invoice',
    },
    `attempt:${attemptId}`,
  );
}

const card = async (token: string) => (await provider.attachMethod(customer, token, `attach:${token}`)).id;

/** The kinds and net amounts of all movements of one payment, oldest first. */
async function movements(intentId: string): Promise<[ProviderTransaction['kind'], bigint][]> {
  const page = await provider.listTransactions?.({
    since: START,
    until: addMs(now, MS_PER_DAY),
    cursor: null,
  });
  const own = (page?.items ?? []).filter((one) => one.intentId === intentId);
  return own.reverse().map(({ kind, netMinor }) => [kind, netMinor]);
}

async function debitable(iban: string): Promise<string> {
  const method = await sdk.paymentMethods.create({
    type: 'sepa_debit',
    sepa_debit: { iban },
    billing_details: { name: 'Ada', email: 'ada@example.com' },
  });
  await sdk.setupIntents.create({ customer, payment_method: method.id, confirm: true });
  return method.id;
}

test('a dispute that is won gives the money back and keeps its fee; every movement names the payment', async () => {
  const intent = await take(await card('pm_card_createDispute'));
  const [dispute] = (await provider.listDisputes?.(START)) ?? [];
  expect(dispute).toMatchObject({
    intentId: intent.id,
    chargeId: intent.chargeId,
    status: 'needs_response',
    reason: 'fraudulent',
    amountMinor: 5_000n,
    feeMinor: 1_500n,
    withdrawnMinor: 5_000n,
    evidenceDueAt: addMs(START, 9 * MS_PER_DAY),
  });
  await provider.submitEvidence?.(
    dispute?.id ?? '',
    { ...EVIDENCE, text: 'winning_evidence' },
    [],
    'evidence',
  );
  await passDays(1);
  expect(await provider.retrieveDispute?.(dispute?.id ?? '')).toMatchObject({
    status: 'won',
    evidenceDueAt: null,
    feeMinor: 1_500n,
    withdrawnMinor: 0n,
  });
  expect(await movements(intent.id)).toEqual([
    ['charge', 4_905n],
    ['dispute', -6_500n],
    ['dispute_reversal', 5_000n],
  ]);
});

test('refunds that fail and debits that come back are movements of their own', async () => {
  const refunded = await take(await card('pm_card_refundFail'));
  const refundId = randomUUID();
  const refund = { refundId, intentId: refunded.id, amountMinor: 5_000n };
  expect((await provider.refund(refund, `refund:${refundId}`)).status).toBe('succeeded');
  const debit = await take(await debitable('DE65370400440002222227'), 'sepa_debit');
  expect(debit).toMatchObject({ status: 'processing', capturedMinor: 0n });
  await passDays(3);
  expect((await provider.findRefund({ intentId: refunded.id, refundId }))?.status).toBe('failed');
  expect(await movements(refunded.id)).toEqual([
    ['charge', 4_905n],
    ['refund', -5_000n],
    ['refund_failure', 5_000n],
  ]);
  expect(await provider.retrieveIntent(debit.id)).toMatchObject({
    status: 'failed',
    failureCode: 'insufficient_funds',
  });
  expect(await movements(debit.id)).toEqual([
    ['charge', 4_965n],
    ['charge_failure', -4_965n],
  ]);
});

test('a payout names the movements that it is made of, and they sum to it', async () => {
  await take(await card('pm_card_visa'));
  await passDays(10);
  const { items } = (await provider.listPayouts?.({ since: START, until: now, cursor: null })) ?? {
    items: [],
  };
  expect(items.length).toBeGreaterThan(0);
  for (const payout of items) {
    expect(payout.status).toBe('paid');
    const page = await provider.listTransactions?.({
      since: START,
      until: addMs(now, MS_PER_DAY),
      cursor: null,
      payoutId: payout.id,
    });
    const inside = page?.items ?? [];
    expect(inside.every(({ payoutId }) => payoutId === payout.id)).toBe(true);
    expect(inside.reduce((sum, { netMinor }) => sum + netMinor, 0n)).toBe(0n);
    expect(inside.find(({ kind }) => kind === 'payout')?.netMinor).toBe(-payout.amountMinor);
  }
});

test('methods say what they are, and what was blocked says so', async () => {
  const wallet = await provider.attachMethod(customer, 'pm_card_visa_applePay', 'attach:wallet');
  expect(wallet).toMatchObject({
    kind: 'card',
    brand: 'visa',
    wallet: 'apple_pay',
    country: 'US',
    mandate: null,
  });
  const visa = await provider.retrieveMethod(await card('pm_card_visa'));
  expect(wallet.fingerprint).toBe(visa.fingerprint);
  const debit = await provider.retrieveMethod(await debitable('AT611904300234573201'));
  expect(debit).toMatchObject({
    kind: 'sepa_debit',
    last4: '3201',
    country: 'AT',
    brand: null,
    expMonth: null,
  });
  expect(debit.mandate?.reference).toMatch(/^\w{8,}$/);
  expect((await provider.listMethods(customer)).map(({ kind }) => kind)).toContain('sepa_debit');
  const blocked = await take(await card('pm_card_radarBlock'));
  expect(blocked).toMatchObject({
    status: 'failed',
    failureCode: 'fraudulent',
    riskLevel: 'highest',
    outcome: 'blocked',
  });
});

test('I483 files go to Stripe under keys of their own, once however often they are sent, and stand where they belong', async () => {
  const intent = await take(await card('pm_card_createDispute'));
  const dispute = ((await provider.listDisputes?.(START)) ?? []).find(
    ({ intentId }) => intentId === intent.id,
  );
  const id = dispute?.id ?? '';
  const pdf = Buffer.from('%PDF-1.7\nThe terms that were agreed.');
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
  const files: EvidenceFile[] = [
    { kind: 'receipt', name: 'receipt "May".pdf', contentType: 'application/pdf', bytes: pdf },
    { kind: 'other', name: 'screen.png', contentType: 'image/png', bytes: png },
  ];
  const hasty = connect(300);
  const submit = (more: readonly EvidenceFile[] = files, key = 'evidence:files') =>
    hasty.submitEvidence?.(id, { ...EVIDENCE, text: 'The file says it.' }, more, key);
  const wrong: EvidenceFile = {
    kind: 'other',
    name: 'a.pdf',
    contentType: 'application/pdf',
    bytes: Buffer.from('MZ'),
  };
  await expect(submit([wrong], 'evidence:wrong')).rejects.toMatchObject({ kind: 'refused' });
  // The first answer is lost behind each upload and behind the evidence, so each is sent again.
  for (const timeoutsAfter of [1, 1, 1]) {
    await control.setFaults(account, { timeoutsAfter, timeoutsOnAllWrites: true, holdMs: 5_000 });
    await expect(submit()).rejects.toMatchObject({ kind: 'unknown' });
  }
  await control.setFaults(account, {});
  expect(await submit()).toMatchObject({ status: 'under_review' });
  const { data } = await sdk.files.list({ limit: 10 });
  expect(data.map(({ size, type, purpose }) => [size, type, purpose])).toEqual([
    [png.length, 'png', 'dispute_evidence'],
    [pdf.length, 'pdf', 'dispute_evidence'],
  ]);
  const { evidence } = await sdk.disputes.retrieve(id);
  expect([evidence.uncategorized_file, evidence.receipt]).toEqual(data.map((file) => file.id));
  expect((await sdk.files.retrieve(String(evidence.receipt))).filename).toMatch(/^receipt .*May.*\.pdf$/);
});
