import type { UploadedFile } from '@billhook/contract/define-route';
import { counted } from '@billhook/core/kernel/counted';
import { refuse } from '../../platform/refuse.ts';
import type { FilePurpose } from './api.ts';
import { maxBytes } from './content-type.ts';

/** The name and the bytes of an upload. Refuses with `request.invalid`, `file.too_large`. */
export async function readUploaded(
  file: UploadedFile,
  purpose: FilePurpose,
): Promise<{ name: string; bytes: Uint8Array }> {
  checkName(file.fileName);
  return { name: file.fileName, bytes: await readAll(file, maxBytes(purpose)) };
}

function checkName(name: string): void {
  const isControl = (character: string) => character < ' ' || character === '\u007f';
  if (name.length >= 1 && name.length <= 255 && ![...name].some(isControl)) return;
  refuse('request.invalid', 'The request has one fault; nothing was changed.', {
    faults: [
      { pointer: '/file', code: 'name', detail: 'The name of a file has 1 to 255 characters on one line.' },
    ],
  });
}

/** Reads an upload up to its limit; one byte more ends the reading and refuses. */
async function readAll(file: UploadedFile, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of file.content) {
    size += chunk.byteLength;
    if (size > limit)
      refuse('file.too_large', `A file of this kind may have at most ${counted(limit, 'byte')}.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
