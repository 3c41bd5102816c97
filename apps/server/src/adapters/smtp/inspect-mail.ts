import type { MailFindings } from '@billhook/core/credentials/judge-mail';
import { type Instant, instant } from '@billhook/core/time/instant';
import { type Conversation, converse } from './conversation.ts';
import { type MailPlace, placeOf } from './place.ts';
import { signIn } from './sign-in.ts';

/** A mail server as it answered, with the certificate that it showed. */
export type MailInspection = {
  findings: MailFindings;
  certificate: { fingerprint: string; endsAt: Instant } | null;
};

/**
 * Talks to the mail server as far as a sender and a recipient, and takes both back: it is reached, encrypts, lets us in and
 * takes the sender address, and no mail was begun.
 *
 * @param withinMs how long each answer may take; an endless one ends it as well
 */
export async function inspectMail(
  url: string,
  from: string,
  now: Instant,
  withinMs?: number,
): Promise<MailInspection> {
  const place = placeOf(url);
  const seen: Seen = { brokeAt: 'connection', encryption: 'none', conversation: null, certificate: null };
  let words = '';
  try {
    await talk(place, from, seen, withinMs);
    seen.brokeAt = null;
  } catch (error) {
    words = error instanceof Error ? error.message.slice(0, 200) : 'no answer';
  } finally {
    seen.conversation?.end();
  }
  const { certificate, brokeAt, encryption } = seen;
  const endsAt = certificate === null ? null : endOf(certificate.endsAtMs);
  return {
    findings: {
      now,
      from,
      brokeAt,
      words,
      encryption,
      certificate: certificate === null ? null : { fault: certificate.fault, endsAt },
      isHere: ['localhost', '127.0.0.1', '[::1]', '::1'].includes(place.host),
      hasPassword: place.user !== '',
    },
    certificate:
      certificate === null || endsAt === null ? null : { fingerprint: certificate.fingerprint, endsAt },
  };
}

const endOf = (endsAtMs: number): Instant | null => (Number.isFinite(endsAtMs) ? instant(endsAtMs) : null);

type Seen = {
  brokeAt: MailFindings['brokeAt'];
  encryption: MailFindings['encryption'];
  conversation: Conversation | null;
  certificate: ReturnType<Conversation['certificate']>;
};

async function talk(place: MailPlace, from: string, seen: Seen, withinMs?: number): Promise<void> {
  const { host, port, isEncrypted, acceptsAnyone } = place;
  if (isEncrypted) seen.brokeAt = 'encryption';
  const conversation = await converse({ host, port }, { isEncrypted, acceptsAnyone }, withinMs);
  seen.conversation = conversation;
  if (isEncrypted) {
    seen.encryption = 'tls';
    seen.certificate = conversation.certificate();
  }
  seen.brokeAt = 'connection';
  await conversation.ask();
  let offers = await conversation.ask('EHLO billhook.invalid');
  if (!isEncrypted && !place.ignoresTls && offers.some((offer) => /^STARTTLS\b/i.test(offer))) {
    seen.brokeAt = 'encryption';
    await conversation.ask('STARTTLS');
    await conversation.encrypt(acceptsAnyone);
    seen.encryption = 'starttls';
    seen.certificate = conversation.certificate();
    offers = await conversation.ask('EHLO billhook.invalid');
  }
  seen.brokeAt = 'sign_in';
  if (place.user !== '') await signIn(conversation, place, offers);
  seen.brokeAt = 'sender';
  await conversation.ask(`MAIL FROM:<${from}>`);
  // To ourselves, which every server takes that takes the sender.
  await conversation.ask(`RCPT TO:<${from}>`);
  await conversation.ask('RSET');
}
