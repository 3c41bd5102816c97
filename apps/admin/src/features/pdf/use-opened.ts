import { useEffect, useState } from 'react';
import type { PDFDocumentProxy } from './open-pdf.ts';

/** The opened file. The one before stays until the next is there, so that nothing flickers while settings are typed. */
export function useOpened(file: Blob): { pdf: PDFDocumentProxy | null; failed: boolean } {
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let isGone = false;
    let opened: PDFDocumentProxy | null = null;
    const open = async () => {
      const { openPdf } = await import('./open-pdf.ts');
      opened = await openPdf(await file.arrayBuffer());
      if (isGone) return opened.loadingTask.destroy();
      setPdf(opened);
      setFailed(false);
    };
    open().catch(() => {
      if (!isGone) setFailed(true);
    });
    return () => {
      isGone = true;
      // What is shown is let go a little later: the next one has taken its place by then.
      if (opened !== null) setTimeout(() => void opened?.loadingTask.destroy(), 10_000);
    };
  }, [file]);
  return { pdf, failed };
}
