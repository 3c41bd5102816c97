import { toast } from '@billhook/ui/toast';
import { tell } from '../../lib/problem.tsx';
import { saveFile } from '../../lib/save-file.ts';

/** Saves a file, or says that it could not be had and why. */
export function saveDocument(what: string, fetchFile: Parameters<typeof saveFile>[0], name: string) {
  return saveFile(fetchFile, name).catch((error: Error) =>
    toast(`${what} could not be downloaded.`, { tone: 'problem', detail: tell(error).detail }),
  );
}
