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
import { createInvoicePdf } from './api.ts';

let world: BillingWorld;
let folder: string;
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

test('the document is rendered once and stays the same bytes, also when the customer moves and many ask at once', async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-pdf-'));
  const files = createFileService({
    transactor: world.transactor,
    store: createLocalDiskStore(folder),
    sign: createTextSigner(new Uint8Array(32), 'file-links'),
    same: equalSecrets,
  });
  let renderings = 0;
  const pdf = createInvoicePdf({
    transactor: world.transactor,
    files,
    render: (document) => {
      renderings += 1;
      return renderInvoicePdf(document);
    },
  });
  const plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  const customer = await addCustomer(world, {
    name: 'Ada',
    address: { line1: 'Main Street 1', city: 'Berlin' },
  });
  await subscribe(world, customer.id, plan);
  await world.bill();
  const [invoice] = await world.invoices();
  const ask = () =>
    pdf(
      { tenantId: world.tenantId, actor: { kind: 'system', id: 'test' }, requestId: null },
      invoice?.id ?? '',
    );
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(first.name).toBe('BH-2026-000001.pdf');
  expect(Buffer.from(first.bytes.subarray(0, 5)).toString()).toBe('%PDF-');
  expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
  await world.admin(`update customers set name = 'Bea'`);
  const before = renderings;
  expect(Buffer.compare((await ask()).bytes, first.bytes)).toBe(0);
  expect(renderings).toBe(before);
  await expect(
    pdf({ tenantId: world.tenantId, actor: { kind: 'system', id: 'test' }, requestId: null }, customer.id),
  ).rejects.toMatchObject({ code: 'invoice.not_found' });
});
