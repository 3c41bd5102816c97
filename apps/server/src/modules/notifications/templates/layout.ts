import { readableColour } from '@billhook/core/documents/colour';

/** What a template says; the layout turns it into HTML and plain text. */
export type MailContent = {
  subject: string;
  heading: string;
  paragraphs: readonly string[];
  /** Facts in two columns. */
  rows?: readonly (readonly [string, string])[];
  action?: { label: string; url: string };
  /** A last quiet line, such as why this mail came. */
  footnote?: string;
};

export type MailFrame = { sellerName: string; colour: string | null; locale?: string };

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const FONT = "font-family:Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/**
 * Mail programs that know dark mode say so; others show the inline styles. The colour of the seller stays: white is
 * readable on it, and it stands on either ground.
 */
const DARK =
  '@media (prefers-color-scheme:dark){.body{background:#12110f!important;color:#f2f0ec!important}.muted{color:#b5b0a8!important}.faint{color:#a09a91!important}.rule{border-color:#3a3733!important}}';

/** HTML for mail programs: tables and inline styles, readable without images, 320 px wide or more, light and dark. */
export function mailHtml(content: MailContent, frame: MailFrame): string {
  const colour = readableColour(frame.colour, '#14532d');
  const rows = (content.rows ?? [])
    .map(
      ([label, value]) =>
        `<tr><td class="muted" style="padding:6px 16px 6px 0;color:#57534e">${escapeHtml(label)}</td><td style="padding:6px 0;text-align:right;font-variant-numeric:tabular-nums">${escapeHtml(value)}</td></tr>`,
    )
    .join('');
  return [
    `<!doctype html><html lang="${escapeHtml(frame.locale ?? 'en')}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<meta name="color-scheme" content="light dark"><title>${escapeHtml(content.subject)}</title><style>${DARK}</style></head>`,
    `<body class="body" style="margin:0;background:#fafaf9;color:#1c1917;${FONT};font-size:15px;line-height:1.5">`,
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">',
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;text-align:left">',
    `<tr><td style="padding-bottom:24px"><div style="width:28px;height:3px;background:${colour};margin-bottom:12px"></div><span style="font-weight:600">${escapeHtml(frame.sellerName)}</span></td></tr>`,
    `<tr><td><h1 style="font-size:20px;line-height:1.3;margin:0 0 12px">${escapeHtml(content.heading)}</h1>`,
    ...content.paragraphs.map((text) => `<p style="margin:0 0 12px">${escapeHtml(text)}</p>`),
    rows
      ? `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="rule" style="margin:16px 0;border-top:1px solid #d6d3d1;border-bottom:1px solid #d6d3d1">${rows}</table>`
      : '',
    content.action
      ? `<p style="margin:24px 0"><a href="${escapeHtml(content.action.url)}" style="display:inline-block;background:${colour};color:#ffffff;text-decoration:none;font-weight:500;padding:10px 16px;border-radius:6px">${escapeHtml(content.action.label)}</a></p>`
      : '',
    content.footnote
      ? `<p class="faint" style="margin:24px 0 0;color:#78716c;font-size:13px">${escapeHtml(content.footnote)}</p>`
      : '',
    '</td></tr></table></td></tr></table></body></html>',
  ].join('');
}

export function mailText(content: MailContent, frame: MailFrame): string {
  const parts = [content.heading, ...content.paragraphs];
  if (content.rows?.length) parts.push(content.rows.map(([label, value]) => `${label}: ${value}`).join('\n'));
  if (content.action) parts.push(`${content.action.label}:\n${content.action.url}`);
  if (content.footnote) parts.push(content.footnote);
  return `${parts.join('\n\n')}\n\n${frame.sellerName}\n`;
}
