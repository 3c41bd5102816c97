import { createHash } from 'node:crypto';
import { FormError, type FormLevel } from './form.ts';

/** The most that an upload may have; Stripe takes less of some purposes. */
export const MAX_UPLOAD_BYTES = 16 * 1024 * 1024;

/** By how their contents begin. */
const BEGINNINGS: readonly (readonly [type: string, bytes: readonly number[]])[] = [
  ['pdf', [0x25, 0x50, 0x44, 0x46]],
  ['png', [0x89, 0x50, 0x4e, 0x47]],
  ['jpg', [0xff, 0xd8, 0xff]],
];

/**
 * Reads `multipart/form-data` into a form. Of a file its name, type by content, size and checksum are kept, and its bytes are not:
 * nobody can ask for them. The text is equal for equal requests, whatever stands between their parts.
 */
export async function parseMultipart(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<{ text: string; values: FormLevel }> {
  const values: Record<string, string | FormLevel> = Object.create(null);
  let form: FormData;
  try {
    form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new FormError('The parts of the request cannot be read.');
  }
  for (const [name, part] of form) {
    if (typeof part === 'string') values[name] = part;
    else {
      const bytes = new Uint8Array(await part.arrayBuffer());
      const type = BEGINNINGS.find(([, beginning]) => beginning.every((byte, at) => bytes[at] === byte));
      values[name] = {
        name: part.name,
        type: type?.[0] ?? 'unknown',
        size: `${bytes.length}`,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
    }
  }
  const text = Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return { text: text.join('&'), values };
}
