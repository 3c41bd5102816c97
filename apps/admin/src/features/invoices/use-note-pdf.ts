import type { CreditNoteSummary } from '@billhook/sdk/generated/types';
import { toast } from '@billhook/ui/toast';
import { tell } from '../../lib/problem.tsx';
import { saveFile } from '../../lib/save-file.ts';
import { useScope } from '../../lib/scope.tsx';

/** Saves the document of a credit note. */
export function useNotePdf(): (note: CreditNoteSummary) => void {
  const { api } = useScope();
  return (note) =>
    void saveFile(() => api.creditNotes.pdf(note.id), `${note.number}.pdf`).catch((error: Error) =>
      toast('The PDF could not be downloaded.', { tone: 'problem', detail: tell(error).detail }),
    );
}
