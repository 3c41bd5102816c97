import { MOST_EVIDENCE_BYTES } from '@billhook/core/payments/decide-answer';
import { fileTypeFromBuffer } from 'file-type';
import type { FilePurpose } from './api.ts';

// What may be stored, by purpose. SVG and HTML are left out on purpose: they can carry scripts.
const ALLOWED: Record<FilePurpose, readonly string[]> = {
  invoice_pdf: ['application/pdf'],
  // What documents can be drawn with.
  logo: ['image/png', 'image/jpeg'],
  upload: ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf'],
  export: ['text/csv', 'application/x-ndjson'],
  tax_certificate: ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf'],
  dispute_evidence: ['application/pdf', 'image/png', 'image/jpeg'],
};

const MAX_BYTES: Record<FilePurpose, number> = {
  invoice_pdf: 20_000_000,
  logo: 1_000_000,
  upload: 20_000_000,
  export: 1_000_000_000,
  tax_certificate: 20_000_000,
  dispute_evidence: MOST_EVIDENCE_BYTES,
};

export const maxBytes = (purpose: FilePurpose): number => MAX_BYTES[purpose];

export const allowedTypes = (purpose: FilePurpose): readonly string[] => ALLOWED[purpose];

/**
 * The type by what the bytes are, never by name or by what the sender says. Exports are made by us and have
 * no magic bytes, so theirs follows the name. Undefined where the type is unknown or not allowed.
 */
export async function typeByContent(
  purpose: FilePurpose,
  name: string,
  bytes: Uint8Array,
): Promise<string | undefined> {
  if (purpose === 'export') return name.endsWith('.csv') ? 'text/csv' : 'application/x-ndjson';
  const found = await fileTypeFromBuffer(bytes);
  return found && ALLOWED[purpose].includes(found.mime) ? found.mime : undefined;
}
