import { Button } from '@billhook/ui/button';
import { Dialog, DialogClose } from '@billhook/ui/dialog';
import { Skeleton } from '@billhook/ui/skeleton';
import { useQuery } from '@tanstack/react-query';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { PdfView } from './pdf-view.tsx';

export interface PdfDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What it is called when it is saved. */
  readonly name: string;
  /** What the file depends on: another key is another file. */
  readonly fileKey: string;
  readonly fetchFile: () => Promise<Response>;
}

/** A document as it looks, before it is sent or downloaded. */
export function PdfDialog({ open, onClose, title, name, fileKey, fetchFile }: PdfDialogProps) {
  const { tenant } = useScope();
  const file = useQuery({
    queryKey: [tenant.id, 'pdf', fileKey],
    enabled: open,
    queryFn: async () => (await fetchFile()).blob(),
    gcTime: 0,
  });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={title}
      width="lg"
      actions={
        <DialogClose>
          <Button>Close</Button>
        </DialogClose>
      }
    >
      {file.error ? (
        <ProblemState error={file.error} onRetry={() => void file.refetch()} retrying={file.isFetching} />
      ) : file.data === undefined ? (
        <Skeleton className="aspect-[210/297] max-h-[calc(100dvh-13rem)] w-full" />
      ) : (
        <PdfView file={file.data} title={title} name={name} inDialog />
      )}
    </Dialog>
  );
}
