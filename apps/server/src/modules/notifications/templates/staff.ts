import type { Template } from './catalogue.ts';

/** What the seller's own people are told of: one shape for all, since each says what happened and where to act. */
export const staffTemplates: Record<string, Template> = {
  'staff.notice': {
    needs: ['subject', 'text', 'label', 'path'],
    isForStaff: true,
    write: (facts, frame) => ({
      subject: facts.subject ?? '',
      heading: facts.subject ?? '',
      paragraphs: [facts.text ?? ''],
      rows: [
        ...(facts.customer === undefined ? [] : [['Customer', facts.customer] as const]),
        ...(facts.amount === undefined ? [] : [['Amount', facts.amount] as const]),
        ...(facts.until === undefined ? [] : [['Until', facts.until] as const]),
      ],
      action: { label: facts.label ?? '', url: `${frame.adminUrl}${facts.path}` },
      footnote: `You get this mail because your role at ${frame.sellerName} may act on it.`,
    }),
  },
};
