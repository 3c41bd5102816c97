import { expect, test } from 'vitest';
import { addMs, instant, MS_PER_DAY } from '../time/instant.ts';
import { type AccessPointFindings, judgeAccessPoint } from './judge-access-point.ts';
import { judgeMail, type MailFindings } from './judge-mail.ts';
import type { HealthCheck } from './judge-provider.ts';
import { judgeTexts, type TextFindings } from './judge-texts.ts';

const NOW = instant(Date.UTC(2026, 4, 1));
const wrong = (checks: readonly HealthCheck[]) =>
  checks.flatMap(({ id, state }) => (state === 'ok' ? [] : [`${id} ${state}`]));

const texts: TextFindings = {
  fault: null,
  account: { status: 'active', isTrial: false },
  mayRead: true,
  maySend: true,
  sender: 'there',
  clockOffMs: 500,
};
const mail: MailFindings = {
  now: NOW,
  from: 'billing@shop.example',
  brokeAt: null,
  words: '',
  encryption: 'starttls',
  certificate: { fault: null, endsAt: addMs(NOW, 60 * MS_PER_DAY) },
  isHere: false,
  hasPassword: true,
};
const point: AccessPointFindings = { now: NOW, answer: 'in', words: '', tokenEndsAt: null };

test('services that are set up well have nothing to be done', () => {
  expect(wrong(judgeTexts(texts))).toEqual([]);
  expect(wrong(judgeTexts({ ...texts, sender: 'name', account: null, clockOffMs: null }))).toEqual([]);
  expect(wrong(judgeMail(mail))).toEqual([]);
  expect(wrong(judgeMail({ ...mail, encryption: 'tls' }))).toEqual([]);
  expect(wrong(judgeMail({ ...mail, encryption: 'none', certificate: null, isHere: true }))).toEqual([]);
  expect(wrong(judgeAccessPoint(point))).toEqual([]);
});

test.each<[string, Partial<TextFindings>, string]>([
  ['a wrong token', { fault: { isDenied: true, words: 'Authenticate' } }, 'texts.sign_in problem'],
  ['no answer', { fault: { isDenied: false, words: 'time-out' } }, 'texts.sign_in problem'],
  ['a suspended account', { account: { status: 'suspended', isTrial: false } }, 'texts.sign_in problem'],
  ['a trial', { account: { status: 'active', isTrial: true } }, 'texts.sign_in attention'],
  ['a key that may not send', { maySend: false }, 'texts.rights problem'],
  ['a key that may not read', { mayRead: false }, 'texts.rights problem'],
  ['a sender that is not there', { sender: 'absent' }, 'texts.sender problem'],
  ['a number for calls alone', { sender: 'mute' }, 'texts.sender problem'],
  ['senders that cannot be seen', { sender: 'unseen' }, 'texts.sender attention'],
  ['a clock that is off', { clockOffMs: 400_000 }, 'texts.clock problem'],
])('of texts, %s is said and nothing else', (_name, more, expected) => {
  expect(wrong(judgeTexts({ ...texts, ...more }))).toEqual([expected]);
});

test.each<[string, Partial<MailFindings>, string]>([
  ['a server that is gone', { brokeAt: 'connection' }, 'mail.reach problem'],
  ['a certificate that is refused', { brokeAt: 'encryption' }, 'mail.encryption problem'],
  ['a password in the open', { encryption: 'none', certificate: null }, 'mail.encryption problem'],
  [
    'mail in the open',
    { encryption: 'none', certificate: null, hasPassword: false },
    'mail.encryption attention',
  ],
  [
    'a certificate that nobody vouches for',
    { certificate: { fault: 'SELF_SIGNED', endsAt: addMs(NOW, 60 * MS_PER_DAY) } },
    'mail.encryption attention',
  ],
  [
    'a certificate that ends soon',
    { certificate: { fault: null, endsAt: addMs(NOW, 13 * MS_PER_DAY) } },
    'mail.encryption attention',
  ],
  [
    'a certificate that has ended',
    { certificate: { fault: 'EXPIRED', endsAt: addMs(NOW, -1) } },
    'mail.encryption problem',
  ],
  ['a wrong password', { brokeAt: 'sign_in' }, 'mail.sign_in problem'],
  ['a sender that is not ours', { brokeAt: 'sender' }, 'mail.sender problem'],
])('of mail, %s is said and nothing else', (_name, more, expected) => {
  expect(wrong(judgeMail({ ...mail, ...more }))).toEqual([expected]);
});

test.each<[string, Partial<AccessPointFindings>, string]>([
  ['a token that is not taken', { answer: 'denied' }, 'does not let us in'],
  ['a token that has ended', { answer: 'denied', tokenEndsAt: addMs(NOW, -1) }, 'has expired'],
  ['no answer', { answer: 'none' }, 'no usable answer'],
  ['a token that ends soon', { tokenEndsAt: addMs(NOW, 3 * MS_PER_DAY) }, 'ends in 3 days'],
])('of an access point, %s is said', (_name, more, expected) => {
  const [check] = judgeAccessPoint({ ...point, ...more });
  expect(check?.detail).toContain(expected);
  expect(check?.nextStep).not.toBeNull();
});
