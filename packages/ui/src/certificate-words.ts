import {
  CERTIFICATE_REASONS,
  type CertificateReason,
  type CertificateState,
} from '@billhook/core/tax/certificates';
import { placeName } from './country-name.ts';
import type { Tone } from './status.tsx';

const REASONS: Readonly<Record<CertificateReason, string>> = {
  resale: 'Resale',
  government: 'Government',
  nonprofit: 'Nonprofit or charity',
  education: 'School or university',
  manufacturing: 'Manufacturing',
  agriculture: 'Agriculture',
  diplomatic: 'Embassy or consulate',
  international_organisation: 'International organisation',
  armed_forces: 'Armed forces',
  other: 'Another reason',
};

export const CERTIFICATE_OPTIONS = CERTIFICATE_REASONS.map((value) => ({ value, label: REASONS[value] }));

export const CERTIFICATE_STATES: Readonly<Record<CertificateState, { tone: Tone; word: string }>> = {
  to_check: { tone: 'attention', word: 'To be checked' },
  valid: { tone: 'ok', word: 'Valid' },
  not_yet: { tone: 'info', word: 'Not valid yet' },
  expired: { tone: 'problem', word: 'Has run out' },
  refused: { tone: 'neutral', word: 'Refused' },
  withdrawn: { tone: 'neutral', word: 'Withdrawn' },
};

export interface CertificateText {
  readonly reason: CertificateReason;
  readonly number: string | null;
  readonly country: string;
  readonly regions: readonly string[];
}

/** Such as `Resale, 32-1234567 (United States: TX, CA)`. */
export function certificateText({ reason, number, country, regions }: CertificateText): string {
  return `${REASONS[reason]}${number === null ? '' : `, ${number}`} (${placeName(country, regions)})`;
}
