import type { EInvoiceProfile } from './model.ts';

/** What tells readers which rules a file follows, and how it is written. */
export interface ProfileFacts {
  /** BT-24. */
  readonly specification: string;
  /** BT-23. */
  readonly process: string | null;
  readonly syntax: 'cii' | 'ubl';
  /** Whether the rules of XRechnung (BR-DE) hold. */
  readonly isGerman: boolean;
  /** Whether the rules of Peppol hold. XRechnung takes over those of them that concern addresses. */
  readonly isPeppol: boolean;
}

const XRECHNUNG = 'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0';
const PEPPOL = 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0';
const BILLING = 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0';

export const PROFILES: Readonly<Record<EInvoiceProfile, ProfileFacts>> = {
  factur_x: {
    specification: 'urn:cen.eu:en16931:2017',
    process: null,
    syntax: 'cii',
    isGerman: false,
    isPeppol: false,
  },
  xrechnung_cii: {
    specification: XRECHNUNG,
    process: BILLING,
    syntax: 'cii',
    isGerman: true,
    isPeppol: false,
  },
  xrechnung_ubl: {
    specification: XRECHNUNG,
    process: BILLING,
    syntax: 'ubl',
    isGerman: true,
    isPeppol: false,
  },
  peppol_bis: {
    specification: PEPPOL,
    process: BILLING,
    syntax: 'ubl',
    isGerman: false,
    isPeppol: true,
  },
};
