import { CERTIFICATE_REASONS } from '@billhook/core/tax/certificates';
import { Type } from 'typebox';
import { country, id, line, nullable, obj, text, timestamp } from '../common.ts';

/** Such as `2026-01-31`. */
const day = Type.String({
  pattern: '^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$',
  examples: ['2026-01-31'],
});
const reason = Type.Enum([...CERTIFICATE_REASONS]);
/** ISO 3166-2 without the country; none are the whole country. */
const regions = Type.Array(Type.String({ pattern: '^[A-Z0-9]{1,3}$', examples: ['TX'] }), { maxItems: 60 });

const fields = {
  reason,
  number: nullable(line(100)),
  /** Whose tax it frees of. */
  country,
  regions,
  valid_from: day,
  /** Its last day; null for one without an end. */
  valid_to: nullable(day),
};

/** What a certificate says. The file is an upload of this customer. */
export const giveTaxCertificate = obj({
  reason,
  number: Type.Optional(fields.number),
  country,
  regions: Type.Optional(regions),
  valid_from: day,
  valid_to: Type.Optional(fields.valid_to),
  file: Type.Optional(nullable(id('file'))),
});

/** What staff correct while they check it; what is left out stays. */
export const acceptTaxCertificate = Type.Partial(obj(fields), { additionalProperties: false });

export const whyNot = obj({ why: line(500) });

/** What an invoice keeps of the certificate that it rests on. */
export const usedCertificate = obj({ id: id('cert'), ...fields });

/** A paper by which a customer is free of a tax. Only one that was accepted counts, on its days. */
export const taxCertificate = obj({
  id: id('cert'),
  object: Type.Literal('tax_certificate'),
  customer: id('cus'),
  ...fields,
  file: nullable(obj({ id: id('file'), name: line(255) })),
  /** On the present day. */
  state: Type.Enum(['to_check', 'refused', 'withdrawn', 'not_yet', 'valid', 'expired']),
  /** Null where the customer itself gave it. */
  given_by: nullable(line(200)),
  created_at: timestamp,
  decided_by: nullable(line(200)),
  decided_at: nullable(timestamp),
  why: nullable(text(500)),
});

/** A file for a certificate, as its customer sees it. */
export const certificateFile = obj({
  id: id('file'),
  object: Type.Literal('certificate_file'),
  name: line(255),
  created_at: timestamp,
});
