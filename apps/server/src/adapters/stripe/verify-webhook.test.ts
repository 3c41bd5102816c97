import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { isGenuine, readStripeEvent } from './verify-webhook.ts';

const SECRET = 'whsec_test_secret';
const BODY = '{"id":"evt_test_webhook","object":"event"}';
const AT = 1614265330;
/** As published with the scheme, for this secret, time and body. */
const KNOWN = '3c5817089d739023dd6190f70a3757e04f7a2fd8b5dab12c2e000f51970dccff';
const OTHER = '0'.repeat(64);
const bytes = (text: string) => new TextEncoder().encode(text);
const sign = (time: string, body: Uint8Array | string = BODY) =>
  createHmac('sha256', SECRET).update(`${time}.`).update(body).digest('hex');
const genuine = (header: string, body: Uint8Array = bytes(BODY), nowSeconds = AT) =>
  isGenuine(body, header, SECRET, nowSeconds * 1000);

test.each([
  ['the parts in order', `t=${AT},v1=${KNOWN}`],
  ['the parts the other way round', `v1=${KNOWN},t=${AT}`],
  ['the time between two signatures', `v1=${OTHER},t=${AT},v1=${KNOWN}`],
  ['the right one last of twenty', `t=${AT},${`v1=${OTHER},`.repeat(19)}v1=${KNOWN}`],
  ['the right one first of twenty', `t=${AT},v1=${KNOWN}${`,v1=${OTHER}`.repeat(19)}`],
  ['a signature of the test scheme beside it', `t=${AT},v1=${KNOWN},v0=${OTHER}`],
  ['a scheme that is to come beside it', `t=${AT},v1=${KNOWN},v2=whatever=with=signs`],
  ['a broken signature beside it', `t=${AT},v1=zz,v1=${KNOWN}`],
])('S27 takes %s', (_name, header) => {
  expect(genuine(header)).toBe(true);
});

test.each([
  ['the right signature under the test scheme', `t=${AT},v0=${KNOWN}`],
  ['the right signature under a scheme to come', `t=${AT},v2=${KNOWN}`],
  ['the right signature under a name in capitals', `t=${AT},V1=${KNOWN}`],
  ['the time twice, the same', `t=${AT},t=${AT},v1=${KNOWN}`],
  ['the time twice, the right one last', `t=1,t=${AT},v1=${KNOWN}`],
  ['another time', `t=${AT + 1},v1=${KNOWN}`],
  ['an empty time', `t=,v1=${sign('')}`],
  ['a time below zero', `t=-${AT},v1=${sign(`-${AT}`)}`],
  ['a time with a fraction', `t=${AT}.0,v1=${sign(`${AT}.0`)}`],
  ['a time in other digits', `t=１６１４２６５３３０,v1=${sign('１６１４２６５３３０')}`],
  ['a time without end', `t=${'9'.repeat(400)},v1=${sign('9'.repeat(400))}`],
  ['a signature in other digits', `t=${AT},v1=${KNOWN.replaceAll('0', '０')}`],
  ['a signature with a zero byte', `t=${AT},v1=${KNOWN}\0`],
  ['a signature with a line break', `t=${AT},v1=${KNOWN}\n`],
  ['a signature with a space behind', `t=${AT},v1=${KNOWN} `],
  ['a space behind the comma', `t=${AT}, v1=${KNOWN}`],
  ['something that has no name', `t=${AT},v1=${KNOWN},`],
  ['nothing before the first comma', `,t=${AT},v1=${KNOWN}`],
  ['a semicolon', `t=${AT};v1=${KNOWN}`],
  ['quotes', `t="${AT}",v1="${KNOWN}"`],
  ['a header as long as a book', `t=${AT},v1=${KNOWN}${`,v1=${OTHER}`.repeat(50_000)}`],
  ['an empty header', ''],
])('S27 S28 refuses %s', (_name, header) => {
  expect(genuine(header)).toBe(false);
});

test('S27 the bytes count as they came: not what they look like, nor what else they could be read as', () => {
  const header = `t=${AT},v1=${KNOWN}`;
  for (const body of [`${BODY}\n`, ` ${BODY}`, `\ufeff${BODY}`, `${BODY}\0`, '', BODY.toUpperCase()]) {
    expect(genuine(header, bytes(body)), JSON.stringify(body)).toBe(false);
  }
  // Two bodies that differ in bytes that are no text: decoded they would be the same.
  const [one, two] = [Uint8Array.of(0x7b, 0xff, 0x7d), Uint8Array.of(0x7b, 0xfe, 0x7d)];
  const signed = `t=${AT},v1=${sign(`${AT}`, one)}`;
  expect(genuine(signed, one)).toBe(true);
  expect(genuine(signed, two)).toBe(false);
  expect(readStripeEvent(one)).toBeNull();
});

test('S28 five minutes count both ways, to the second', () => {
  const header = `t=${AT},v1=${KNOWN}`;
  const results = [-301, -300, 0, 300, 301].map((off) => genuine(header, bytes(BODY), AT + off));
  expect(results).toEqual([false, true, true, true, false]);
});
