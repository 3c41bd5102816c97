import type { Template } from './catalogue.ts';

const settings = (frame: { portalUrl: string }) => ({
  label: 'See your certificates',
  url: `${frame.portalUrl}/settings`,
});

export const taxTemplates: Record<string, Template> = {
  'tax.certificate_accepted': {
    needs: ['certificate'],
    write: (facts, frame) => ({
      subject: `Your ${facts.certificate} was accepted`,
      heading: 'Your certificate of exemption was accepted',
      paragraphs: [
        `${frame.sellerName} checked your ${facts.certificate}. It counts for invoices of its days.`,
      ],
      action: settings(frame),
    }),
  },
  'tax.certificate_refused': {
    needs: ['certificate', 'why'],
    write: (facts, frame) => ({
      subject: `Your ${facts.certificate} was not accepted`,
      heading: 'Your certificate of exemption was not accepted',
      paragraphs: [
        `${frame.sellerName} says: ${facts.why}`,
        'Tax is charged as before. You can give another certificate.',
      ],
      action: settings(frame),
    }),
  },
  'tax.certificate_withdrawn': {
    needs: ['certificate', 'why'],
    write: (facts, frame) => ({
      subject: `Your ${facts.certificate} does not count any more`,
      heading: 'Your certificate of exemption does not count any more',
      paragraphs: [
        `${frame.sellerName} says: ${facts.why}`,
        'From now on tax is charged. Invoices that you have stay as they are. You can give another certificate.',
      ],
      action: settings(frame),
    }),
  },
  'tax.certificate_expiring': {
    needs: ['certificate', 'ends_on'],
    write: (facts, frame) => ({
      subject: `Your ${facts.certificate} runs out on ${facts.ends_on}`,
      heading: 'Your certificate of exemption runs out',
      paragraphs: [
        `Your ${facts.certificate} is good until ${facts.ends_on}. Invoices after that day charge tax.`,
        'Give its successor before then, so that it can be checked in time.',
      ],
      action: settings(frame),
    }),
  },
  'tax.certificate_expired': {
    needs: ['certificate', 'ended_on'],
    write: (facts, frame) => ({
      subject: `Your ${facts.certificate} has run out`,
      heading: 'Your certificate of exemption has run out',
      paragraphs: [
        `Your ${facts.certificate} was good until ${facts.ended_on}. Invoices charge tax from now on.`,
        'Give a new one to be free of tax again.',
      ],
      action: settings(frame),
    }),
  },
};
