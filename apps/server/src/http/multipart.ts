import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { UploadedFile } from '@billhook/contract/define-route';
import type { FastifyRequest } from 'fastify';
import { refuse } from '../platform/refuse.ts';

/** Of the largest kind of file that is uploaded. */
const MAX_UPLOAD_BYTES = 20_000_000;

export type Upload = {
  /** Fields that came before the file. */
  fields: Record<string, unknown>;
  /** Reads the content; what is larger than any file may be is read no further. */
  take(): Promise<{ file: UploadedFile; digest: Buffer }>;
  /** Lets the rest of the request run out unread, so that the answer can be sent. */
  discard(): void;
};

/** Reads the fields and opens the one file of a multipart request. Fields come before the file. */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  const part = await request.file({ limits: { files: 1, fields: 20, fieldSize: 10_000, headerPairs: 50 } });
  if (part === undefined || part.fieldname !== 'file') {
    part?.file.resume();
    refuse('request.invalid', 'The request has one fault; nothing was changed.', {
      faults: [
        {
          pointer: '/file',
          code: 'required',
          detail: 'Send the content as the part named file, after the fields.',
        },
      ],
    });
  }
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(part.fields)) {
    if (name === 'file' || field === undefined || Array.isArray(field) || field.type !== 'field') continue;
    fields[name] = field.value;
  }
  return {
    fields,
    async take() {
      const chunks: Uint8Array[] = [];
      const hash = createHash('sha256').update(JSON.stringify([part.filename, fields]));
      let size = 0;
      for await (const chunk of part.file as AsyncIterable<Uint8Array>) {
        // One chunk too many is kept, so that whoever knows the limit of this kind refuses it.
        if (size > MAX_UPLOAD_BYTES) continue;
        size += chunk.byteLength;
        chunks.push(chunk);
        hash.update(chunk);
      }
      const { filename: fileName, mimetype: declaredContentType } = part;
      const file = { fileName, declaredContentType, content: Readable.from(chunks) };
      return { file, digest: hash.digest() };
    },
    discard: () => void part.file.resume(),
  };
}
