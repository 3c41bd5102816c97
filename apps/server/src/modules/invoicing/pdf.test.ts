import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createLocalDiskStore } from '../../adapters/local-disk/file-store.ts';
import { renderInvoicePdf } from '../../adapters/pdfkit/render-invoice.ts';
import { createTextSigner, equalSecrets } from '../../platform/crypto.ts';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../../testing/billing.ts';
import { createFileService } from '../files/service.ts';
import { createEInvoices, createInvoicePdf } from './api.ts';
import type { InvoiceDocument } from './document.ts';

let world: BillingWorld;
let folder: string;
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

/** An issued invoice of a customer in Texas, and what asks for its PDF; every document that is rendered is kept. */
async function issueOne() {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-pdf-'));
  const files = createFileService({
    transactor: world.transactor,
    store: createLocalDiskStore(folder),
    sign: createTextSigner(new Uint8Array(32), 'file-links'),
    same: equalSecrets,
  });
  const rendered: InvoiceDocument[] = [];
  const pdf = createInvoicePdf({
    transactor: world.transactor,
    files,
    transferOf: async () => null,
    eInvoices: createEInvoices({ transactor: world.transactor, transferOf: async () => null }),
    payUrl: (slug, id) => `https://pay.example/${slug}/${id}`,
    render: (document) => {
      rendered.push(document);
      return renderInvoicePdf(document);
    },
  });
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  const customer = await addCustomer(world, {
    name: 'Ada',
    country: 'US',
    address: { line1: 'Main Street 1', city: 'Austin', region: 'TX', postal_code: '78701' },
  });
  await subscribe(world, customer.id, plan);
  await world.bill();
  const [invoice] = await world.invoices();
  const request = {
    tenantId: world.tenantId,
    actor: { kind: 'system', id: 'test' },
    requestId: null,
  } as const;
  return { customer, rendered, ask: (id = invoice?.id ?? '') => pdf(request, id) };
}

test('the document is rendered once and stays the same bytes, also when the customer moves and many ask at once', async () => {
  const { customer, rendered, ask } = await issueOne();
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(first.name).toBe('BH-2026-000001.pdf');
  expect(Buffer.from(first.bytes.subarray(0, 5)).toString()).toBe('%PDF-');
  expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
  await world.admin(`update customers set name = 'Bea'`);
  const before = rendered.length;
  expect(Buffer.compare((await ask()).bytes, first.bytes)).toBe(0);
  expect(rendered).toHaveLength(before);
  await expect(ask(customer.id)).rejects.toMatchObject({ code: 'invoice.not_found' });
});

test('once it is paid the document says so and that nothing is due, in the same bytes each time', async () => {
  const { rendered, ask } = await issueOne();
  const open = await ask();
  expect(rendered[0]).toMatchObject({
    settled: null,
    dueMinor: '2900',
    buyer: { addressLines: ['Main Street 1', 'Austin, TX 78701'], country: 'US' },
  });
  await world.admin(
    `update invoices set status = 'paid', paid_minor = total_minor, paid_at = '2026-03-02T10:00:00Z'`,
  );
  const paid = await ask();
  expect(rendered.at(-1)?.settled).toMatchObject({ paidMinor: '2900', paidOn: '2026-03-02', dueMinor: '0' });
  expect(Buffer.compare(paid.bytes, open.bytes)).not.toBe(0);
  expect(Buffer.compare((await ask()).bytes, paid.bytes)).toBe(0);
});
