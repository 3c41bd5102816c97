import { Button } from '@billhook/ui/button';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { saveFile } from '../../lib/save-file.ts';
import { PdfPage } from './pdf-page.tsx';
import { PdfTools, ZOOMS } from './pdf-tools.tsx';
import { useOpened } from './use-opened.ts';

export interface PdfViewProps {
  readonly file: Blob;
  /** What it is, such as "Preview of an invoice". */
  readonly title: string;
  /** What it is called when it is saved. */
  readonly name: string;
  /** In a dialog the page is no higher than the window, and scrolls. */
  readonly inDialog?: boolean;
}

/** The pages of a PDF as pictures, the same in every browser; what draws them is loaded with the first one. */
export function PdfView({ file, title, name, inDialog = false }: PdfViewProps) {
  const { pdf, failed } = useOpened(file);
  const [page, setPage] = useState(1);
  const [zoom, setZoom] = useState(0);
  const count = pdf?.numPages ?? 1;
  const shown = Math.min(page, count);
  const save = () => void saveFile(() => Promise.resolve(new Response(file)), name);
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <PdfTools
        page={shown}
        count={count}
        onPage={setPage}
        zoom={zoom}
        onZoom={setZoom}
        name={name}
        onSave={save}
      />
      {failed ? (
        <div className="rounded-md border border-line p-4">
          <p className="pb-3">The pages could not be drawn here. The file itself is whole.</p>
          <Button icon={Download} onClick={save}>
            Download it
          </Button>
        </div>
      ) : (
        <PdfPage
          pdf={pdf}
          number={shown}
          zoom={ZOOMS[zoom] ?? 1}
          label={`${title}, page ${shown} of ${count}`}
          inDialog={inDialog}
        />
      )}
    </div>
  );
}
