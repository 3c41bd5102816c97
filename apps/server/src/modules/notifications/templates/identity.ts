import type { Template } from './catalogue.ts';

const ignore = 'If you did not ask for this, you can ignore this mail. Nothing changes without the link.';

export const identityTemplates: Record<string, Template> = {
  'identity.verify_email': {
    needs: ['url'],
    write: (facts, frame) => ({
      subject: `Confirm your e-mail address for ${frame.sellerName}`,
      heading: 'Confirm your e-mail address',
      paragraphs: [
        `Please confirm that this address is yours, so that invoices and notices of ${frame.sellerName} reach you.`,
      ],
      action: { label: 'Confirm address', url: facts.url ?? '' },
      footnote: ignore,
    }),
  },
  'identity.reset_password': {
    needs: ['url'],
    write: (facts, frame) => ({
      subject: `Choose a new password for ${frame.sellerName}`,
      heading: 'Choose a new password',
      paragraphs: [
        'Somebody, most likely you, asked to set a new password for this address. The link works once and for a short time.',
      ],
      action: { label: 'Set new password', url: facts.url ?? '' },
      footnote: ignore,
    }),
  },
  'identity.invitation': {
    needs: ['url', 'inviter', 'team', 'role'],
    write: (facts) => ({
      subject: `${facts.inviter} invites you to ${facts.team}`,
      heading: `Join ${facts.team}`,
      paragraphs: [`${facts.inviter} has invited you to ${facts.team} with the role ${facts.role}.`],
      action: { label: 'Accept invitation', url: facts.url ?? '' },
      footnote: 'If you do not know the sender, you can ignore this mail.',
    }),
  },
};
