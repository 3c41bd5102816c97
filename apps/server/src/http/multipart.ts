import type { UploadedFile } from '@billhook/contract/define-route';
import type { FastifyRequest } from 'fastify';
import { refuse } from '../platform/refuse.ts';

export type Upload = {
  /** Fields that came before the file. */
  fields: Record<string, unknown>;
  file: UploadedFile;
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
    file: { fileName: part.filename, declaredContentType: part.mimetype, content: part.file },
    discard: () => void part.file.resume(),
  };
}
