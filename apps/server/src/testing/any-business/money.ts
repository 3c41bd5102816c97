import type { Answer } from '../caller.ts';
import { type Buyer, type Draw, type Listed, type Play, partOf, pick, type World } from './world.ts';

/** Money at the desk: for an invoice, and what is more than it stays as credit. */
function receive(world: World, buyer: Buyer, invoice: Listed, { n, isSo }: Draw): Promise<Answer> {
  const amount = partOf(invoice.due, n);
  const part = isSo ? amount : String(Math.ceil(Number(amount) / 2));
  const rest = String(Number(amount) - Number(part));
  return world.post('/v1/received_payments', {
    customer: buyer.id,
    kind: 'cash',
    amount,
    currency: buyer.currency,
    allocations: [
      { invoice: invoice.id, amount: part },
      ...(rest === '0' ? [] : [{ invoice: null, amount: rest }]),
    ],
    received_on: world.today(),
    reason: 'At the desk',
  });
}

function credit(world: World, path: string, { lines = [] }: Listed, { n, isSo }: Draw): Promise<Answer> {
  const line = pick(lines, n);
  return world.post(`${path}/credit_notes`, {
    ...(isSo ? { lines: [{ line: line?.id, amount: partOf(line?.amount, n) }] } : {}),
    reason: 'Goodwill',
    settle: pick(['credit_balance', 'refund', 'reduce_open', undefined], n >> 2),
  });
}

/** What is done to an invoice or with money for it. */
export const settleUp: Play = async (world, buyer, draw) => {
  const { kind, which, n, isSo } = draw;
  const standing = which % 4 === 0 ? '' : `&status=${kind === 'credit' ? 'paid' : 'open'}`;
  const listed = await world.one('invoices', buyer, which, standing);
  if (listed === undefined) return undefined;
  const path = `/v1/invoices/${listed.id}`;
  const { body } = await world.ask('GET', path);
  const invoice = body as unknown as Listed;
  switch (kind) {
    case 'credit':
      return credit(world, path, invoice, draw);
    case 'debit': {
      const lines = [{ line: pick(invoice.lines ?? [], n)?.id, amount: String(1 + n * 50) }];
      return world.post(`${path}/debit_notes`, { lines, reason: 'Forgotten' });
    }
    case 'void':
      return world.post(`${path}/void`, { reason: 'By mistake', periods: isSo ? 'bill_again' : 'waive' });
    case 'reissue':
      return world.post(`${path}/reissue`, { reason: 'Wrong address' });
    case 'collect':
      return world.post(`${path}/collect`);
    case 'transfer':
      return transfer(world, invoice, draw);
    default:
      return receive(world, buyer, invoice, draw);
  }
};

export const giveBack: Play = async (world, buyer, { kind, which, n, isSo }) => {
  const payment = await world.one('payments', buyer, which);
  if (payment === undefined) return undefined;
  if (kind === 'reverse') return world.post(`/v1/payments/${payment.id}/reverse`, { reason: 'Not ours' });
  const amount = isSo ? { amount: partOf(payment.amount, n) } : {};
  return world.post(`/v1/payments/${payment.id}/refund`, { reason: 'Goodwill', ...amount });
};

export const askAhead: Play = (world, buyer, { which, n, isSo }) => {
  const request = which % 3 === 0 ? undefined : pick(world.requests, which);
  if (request === undefined) {
    const kind = isSo ? 'deposit' : 'payment';
    const asked = {
      customer: buyer.id,
      kind,
      currency: buyer.currency,
      amount: String(500 + n * 90),
      description: 'Ahead',
    };
    return world.make('/v1/payment_requests', asked, world.requests);
  }
  const at = `/v1/payment_requests/${request}`;
  const of = n % 3 === 0 ? {} : { amount: String(n * 20) };
  const acts = [
    () => world.post(`${at}/charge`),
    () => world.post(`${at}/apply`, of),
    () => world.post(`${at}/refund`, { ...of, reason: 'Back' }),
    () => world.post(`${at}/cancel`),
  ];
  return pick(acts, n)?.() ?? Promise.resolve(undefined);
};

export const dispute: Play = async (world, buyer, { which, isSo }) => {
  const found = await world.one('disputes', buyer, which);
  const text = isSo ? 'winning_evidence' : 'losing_evidence';
  return found === undefined ? undefined : world.post(`/v1/disputes/${found.id}/answer`, { text });
};

/** Another card, which may be of any kind, or one fewer. */
export const card: Play = async (world, buyer, { which, n, isSo }) => {
  const { body } = await world.ask('GET', `/v1/customers/${buyer.id}/payment_methods`);
  const has = pick((body.data ?? []) as unknown as Listed[], which);
  if (isSo || has === undefined) {
    const kinds = ['pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_mastercard', 'pm_card_refundFail'];
    const at = `/v1/customers/${buyer.id}/payment_methods`;
    return world.post(at, { provider_method_id: pick(kinds, n), make_default: n % 3 !== 0 });
  }
  if (n % 3 === 0) return world.ask('DELETE', `/v1/payment_methods/${has.id}`);
  return world.ask('PATCH', `/v1/payment_methods/${has.id}`, {
    role: pick(['default', 'backup', 'none'], n),
  });
};

export const dun: Play = async (world, buyer, { which, n }) => {
  const run = await world.one('dunning/runs', buyer, which);
  const act = pick(['pause', 'resume', 'skip', 'stop'], n) ?? '';
  return run === undefined
    ? undefined
    : world.post(`/v1/dunning/runs/${run.id}/${act}`, { reason: 'They called' });
};

/** The account of the seller at the stand-in for Stripe. */
async function account(world: World): Promise<string> {
  const all = await world.app.sandbox.accounts();
  return all.find(({ webhookUrl }) => webhookUrl !== null)?.id ?? '';
}

/** The provider loses answers, refuses, or sends its messages twice and in another order. */
export const weather: Play = async (world, _, { n }) => {
  const faults = [
    { timeoutsBefore: n },
    { timeoutsAfter: n },
    { rejectRequests: n, rejectStatus: pick([500, 503, 429], n) ?? 500 },
    { failCharges: n },
    { duplicateWebhooks: true, reorderWebhooks: true },
    { loseWebhooks: n },
  ];
  await world.app.sandbox.setFaults(await account(world), { holdMs: 1, ...pick(faults, n) });
  world.isCalm = false;
  return undefined;
};

/** The provider answers again, and says what it was not asked for or what was lost. */
export async function clearUp(world: World): Promise<void> {
  await world.app.sandbox.setFaults(await account(world), {});
}

const IBAN = 'DE89370400440532013000';
const PAYER = 'FR1420041010050500013M02606';

/** The account of the seller. */
export async function openAccount(world: World): Promise<void> {
  await world.post('/v1/bank_accounts', { holder: 'Seller', iban: IBAN, currency: 'EUR' });
}

/** Euros come to the account of the seller, or go back, with the number of an invoice or without. */
async function transfer(world: World, invoice: Listed, { which, n }: Draw): Promise<Answer> {
  const cents = Number(partOf(invoice.due, which >> 2));
  const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  const isBack = n % 9 === 8;
  const entry = `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${isBack ? 'DBIT' : 'CRDT'}</CdtDbtInd>${isBack ? '<RvslInd>true</RvslInd>' : ''}<Sts>BOOK</Sts>
    <BookgDt><Dt>${world.today()}</Dt></BookgDt><AcctSvcrRef>${world.name('bank')}</AcctSvcrRef>
    <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
    <RltdPties><Dbtr><Nm>Somebody</Nm></Dbtr><DbtrAcct><Id><IBAN>${PAYER}</IBAN></Id></DbtrAcct></RltdPties>
    <RmtInf><Ustrd>${n % 4 === 0 ? 'Thanks' : (invoice.number ?? '')}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;
  const content = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.04"><BkToCstmrStmt><GrpHdr/><Stmt><Id>S</Id><Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct>${entry}</Stmt></BkToCstmrStmt></Document>`;
  const accounts = await world.ask('GET', '/v1/bank_accounts');
  const form = new FormData();
  form.append('account', String((accounts.body.data as unknown as Listed[])[0]?.id));
  form.append('file', new Blob([content]), 'statement.xml');
  return world.upload('/v1/bank_statements', form);
}

/** What staff do with a line of the bank that says not by itself what it is. */
export const bank: Play = async (world, buyer, { which, n }) => {
  const state = pick(['unmatched', 'matched', 'unmatched'], which);
  const { body } = await world.ask('GET', `/v1/bank_lines?limit=20&state=${state}`);
  const line = pick((body.data ?? []) as unknown as Listed[], which);
  if (line === undefined) return undefined;
  const at = `/v1/bank_lines/${line.id}`;
  if (state === 'matched') return world.post(`${at}/unmatch`, { reason: 'Somebody else' });
  if (n % 5 === 0) return world.post(`${at}/ignore`, { reason: 'Of another business' });
  if (n % 5 === 1) return world.post(`${at}/accept_return`);
  const invoice = await world.one('invoices', buyer, which, '&status=open');
  const all = { invoice: n % 2 === 0 ? (invoice?.id ?? null) : null, amount: line.amount };
  return world.post(`${at}/match`, { customer: buyer.id, allocations: [all] });
};

/** Finance closes the month before last. */
export const closeMonth: Play = (world) => {
  const day = new Date(world.nowMs);
  const month = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() - 2, 1)).toISOString().slice(0, 7);
  return world.post(`/v1/ledger/months/${month}/close`);
};
