import type { Metadata } from './records.ts';

interface Common {
  readonly id: string;
  readonly created: number;
}

export interface MeterRecord extends Common {
  readonly updated: number;
  readonly displayName: string;
  readonly eventName: string;
  readonly formula: 'sum' | 'count' | 'last';
  readonly customerKey: string;
  readonly valueKey: string;
  readonly window: 'day' | 'hour' | null;
  readonly deactivatedAt: number | null;
}

export interface MeterEventRecord extends Common {
  readonly identifier: string;
  readonly eventName: string;
  readonly customer: string;
  /** A decimal text with up to 12 decimals. */
  readonly value: string;
  readonly timestamp: number;
  readonly payload: Metadata;
  readonly canceled: boolean;
}

export interface PortalConfigurationRecord extends Common {
  readonly updated: number;
  readonly active: boolean;
  readonly isDefault: boolean;
  readonly name: string | null;
  readonly headline: string | null;
  readonly privacyUrl: string | null;
  readonly termsUrl: string | null;
  readonly returnUrl: string | null;
  readonly cancel: 'at_period_end' | 'immediately' | null;
  readonly methodUpdate: boolean;
  readonly invoiceHistory: boolean;
  readonly metadata: Metadata;
}

export interface PortalSessionRecord extends Common {
  readonly configuration: string;
  readonly customer: string;
  readonly returnUrl: string | null;
  readonly locale: string | null;
  readonly flow: { readonly type: string; readonly subscription: string | null } | null;
  readonly secret: string;
}
