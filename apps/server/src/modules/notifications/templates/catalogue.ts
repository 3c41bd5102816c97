import { billingTemplates } from './billing.ts';
import { dunningTemplates } from './dunning.ts';
import { identityTemplates } from './identity.ts';
import type { MailContent } from './layout.ts';
import { staffTemplates } from './staff.ts';
import { taxTemplates } from './tax.ts';

/** What every template may use beside its own facts. */
export type TemplateFrame = {
  sellerName: string;
  /** Address of the customer portal, without a slash at the end. */
  portalUrl: string;
  /** Address of the seller's web app, without a slash at the end. */
  adminUrl: string;
};

export type Template = {
  /** Facts without which the mail cannot be written; checked before it is queued to be sent. */
  needs: readonly string[];
  /** It goes to the seller's own people. */
  isForStaff?: boolean;
  /** Attach the PDF of the invoice that `invoice_id` names. */
  attachesInvoice?: boolean;
  /** Attach the PDF of the credit note that `credit_note_id` names. */
  attachesCreditNote?: boolean;
  /** Attach the PDF of the document beside the books that `document_id` names. */
  attachesDocument?: boolean;
  /** Attach the receipt of the payment that `payment_id` names. */
  attachesReceipt?: boolean;
  /** Leads to the page on which the request that `request_id` names is paid; its address is made when the mail leaves. */
  linksPayment?: boolean;
  write(facts: Record<string, string>, frame: TemplateFrame): MailContent;
};

/** All mails. */
const templates = new Map<string, Template>(
  Object.entries({
    ...identityTemplates,
    ...billingTemplates,
    ...dunningTemplates,
    ...staffTemplates,
    ...taxTemplates,
  }),
);

export type TemplateName = string;

/** Throws where the template is unknown or a fact is missing: a bug of the caller, never of the reader. */
export function templateFor(
  name: string,
  facts: Record<string, unknown>,
): { template: Template; facts: Record<string, string> } {
  const template = templates.get(name);
  if (!template) throw new Error(`there is no mail template ${name}`);
  const missing = template.needs.filter((need) => typeof facts[need] !== 'string');
  if (missing.length > 0) throw new Error(`the mail ${name} lacks ${missing.join(', ')}`);
  const texts = Object.entries(facts).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { template, facts: Object.fromEntries(texts) };
}
