import type { StoredEvent } from '../../platform/outbox.ts';
import type { MailSpeech } from './words/mail-words.ts';
import type { Writer } from './writer.ts';

/** Mails to a customer about the papers by which it pays no tax. */
export const CERTIFICATE_WRITERS: Record<string, Writer> = {
  'tax_certificate.accepted': async (_facts, _ctx, event, to) => ({
    template: 'tax.certificate_accepted',
    subjectId: event.objectId,
    facts: { certificate: nameOf(to.speech, event) },
  }),
  'tax_certificate.refused': async (_facts, _ctx, event, to) => ({
    template: 'tax.certificate_refused',
    subjectId: event.objectId,
    facts: { certificate: nameOf(to.speech, event), why: textOf(event, 'why') },
  }),
  'tax_certificate.withdrawn': async (_facts, _ctx, event, to) => ({
    template: 'tax.certificate_withdrawn',
    subjectId: event.objectId,
    facts: { certificate: nameOf(to.speech, event), why: textOf(event, 'why') },
  }),
  'tax_certificate.expiring': async (_facts, _ctx, event, to) => ({
    template: 'tax.certificate_expiring',
    // Told twice, so the day is part of what it is about.
    subjectId: `${event.objectId}:${new Date(event.occurredAt).toISOString().slice(0, 10)}`,
    facts: { certificate: nameOf(to.speech, event), ends_on: lastDay(event, to.speech.day, to.timeZone) },
  }),
  'tax_certificate.expired': async (_facts, _ctx, event, to) => ({
    template: 'tax.certificate_expired',
    subjectId: event.objectId,
    facts: { certificate: nameOf(to.speech, event), ended_on: lastDay(event, to.speech.day, to.timeZone) },
  }),
};

const textOf = ({ payload }: StoredEvent, name: string): string =>
  typeof payload[name] === 'string' ? payload[name] : '';

/** Such as `certificate 32-1234567 (US)`, in the words of the reader. */
export function nameOf({ say }: MailSpeech, event: StoredEvent): string {
  const [number, country] = [textOf(event, 'number'), textOf(event, 'country')];
  return number === ''
    ? say('certificate_unnumbered', { country })
    : say('certificate_numbered', { number, country });
}

function lastDay(event: StoredEvent, day: (at: number, zone: string) => string, zone: string): string {
  return day(Date.parse(textOf(event, 'ends_at')) - 1, textOf(event, 'time_zone') || zone);
}
