import { readFile } from 'node:fs/promises';

/**
 * What the month must cost, worked out without any code of the product: plain loops over the raw requests,
 * whole numbers only. Prices: requests graduated, the first 50 free, to 200 at 0.01 USD, above at 0.005 USD;
 * bytes at 0.05 USD for 1,048,576; each line rounded half away from zero to the cent.
 */
export type ExpectedBill = {
  client: string;
  requests: number;
  bytes: number;
  requestsCents: number;
  bytesCents: number;
};

type RequestRecord = { id: string; time: string; client: string; bytes: number };

export async function readRequests(file: string): Promise<RequestRecord[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as RequestRecord);
}

// Half a cent is the smallest step of the request prices: 0.005 USD = 5 tenths of a cent.
function requestsCents(count: number): number {
  const second = Math.max(0, Math.min(count, 200) - 50);
  const third = Math.max(0, count - 200);
  const tenthsOfCents = second * 10 + third * 5;
  return Math.floor((tenthsOfCents + 5) / 10);
}

// bytes * 5 cents / 1048576, rounded half up; the product stays far below 2^53 only for one client, so BigInt.
function bytesCents(bytes: number): number {
  const unit = 1_048_576n;
  return Number((BigInt(bytes) * 5n * 2n + unit) / (2n * unit));
}

export function expectedBills(requests: readonly RequestRecord[]): Map<string, ExpectedBill> {
  const bills = new Map<string, ExpectedBill>();
  for (const request of requests) {
    const bill = bills.get(request.client) ?? {
      client: request.client,
      requests: 0,
      bytes: 0,
      requestsCents: 0,
      bytesCents: 0,
    };
    bill.requests += 1;
    bill.bytes += request.bytes;
    bills.set(request.client, bill);
  }
  for (const bill of bills.values()) {
    bill.requestsCents = requestsCents(bill.requests);
    bill.bytesCents = bytesCents(bill.bytes);
  }
  return bills;
}
