import type { TaxRate } from '../invoicing/tax.ts';
import { DECIMAL12_ZERO } from '../kernel/decimal.ts';

export type ExemptionKind =
  | 'reverse_charge'
  | 'intra_community_goods'
  | 'export_of_goods'
  | 'outside_scope'
  | 'exempt_customer'
  | 'exempt_product'
  | 'small_business';

interface Exemption {
  readonly category: TaxRate['category'];
  /** Of the code list VATEX of the European Union, as EN 16931 asks for it (BT-121); null where there is none. */
  readonly code: string | null;
  readonly name: string;
  /** The words that the law wants on the document (BT-120; Directive 2006/112/EC, article 226). */
  readonly text: string;
}

/** Why a document charges no tax, as it stands on the document. */
export const EXEMPTIONS: Readonly<Record<ExemptionKind, Exemption>> = {
  reverse_charge: {
    category: 'AE',
    code: 'VATEX-EU-AE',
    name: 'Reverse charge',
    text: 'Reverse charge: the customer accounts for the VAT (Directive 2006/112/EC, article 196).',
  },
  intra_community_goods: {
    category: 'K',
    code: 'VATEX-EU-IC',
    name: 'Intra-community supply',
    text: 'VAT-free intra-community supply of goods (Directive 2006/112/EC, article 138).',
  },
  export_of_goods: {
    category: 'G',
    code: 'VATEX-EU-G',
    name: 'Export',
    text: 'VAT-free export of goods (Directive 2006/112/EC, article 146).',
  },
  outside_scope: {
    category: 'O',
    code: 'VATEX-EU-O',
    name: 'Outside the scope of VAT',
    text: 'Not subject to VAT: the place of supply is outside of it (Directive 2006/112/EC, articles 44 and 59).',
  },
  exempt_customer: { category: 'E', code: null, name: 'Exempt', text: 'Exempt from tax.' },
  exempt_product: { category: 'E', code: null, name: 'Exempt', text: 'What is sold is exempt from tax.' },
  small_business: {
    category: 'E',
    code: null,
    name: 'Not registered',
    text: 'No VAT is charged: the seller is not registered for it (small business).',
  },
};

/** A row over zero that says why. @param text other words than those of the kind, such as a customer's own reason */
export function exemptRate(kind: ExemptionKind, text?: string): TaxRate {
  const { category, code, name, text: words } = EXEMPTIONS[kind];
  const exemption = { code, text: text ?? words };
  return { id: kind, name, percent: DECIMAL12_ZERO, category, country: null, exemption };
}
