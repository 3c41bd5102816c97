import { Button, IconButton } from '@billhook/ui/button';
import { cx } from '@billhook/ui/cx';
import { Skeleton } from '@billhook/ui/skeleton';
import { ChevronLeft, ChevronRight, Download, ZoomIn, ZoomOut } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { saveFile } from '../../lib/save-file.ts';
import type { PDFDocumentProxy } from './open-pdf.ts';

const ZOOMS = [1, 1.5, 2, 3] as const;

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
      <div className="flex flex-wrap items-center gap-1">
        <IconButton
          label="Page before"
          icon={ChevronLeft}
          disabled={shown <= 1}
          onClick={() => setPage(shown - 1)}
        />
        <span className="num px-1 text-sm text-muted" aria-live="polite">
          Page {shown} of {count}
        </span>
        <IconButton
          label="Next page"
          icon={ChevronRight}
          disabled={shown >= count}
          onClick={() => setPage(shown + 1)}
        />
        <span className="ms-auto flex items-center gap-1">
          <IconButton
            label="Smaller"
            icon={ZoomOut}
            disabled={zoom === 0}
            onClick={() => setZoom(zoom - 1)}
          />
          <span className="num w-12 text-center text-sm text-muted">{(ZOOMS[zoom] ?? 1) * 100} %</span>
          <IconButton
            label="Larger"
            icon={ZoomIn}
            disabled={zoom === ZOOMS.length - 1}
            onClick={() => setZoom(zoom + 1)}
          />
          <IconButton label={`Download ${name}`} icon={Download} onClick={save} />
        </span>
      </div>
      {failed ? (
        <div className="rounded-md border border-line p-4">
          <p className="pb-3">The pages could not be drawn here. The file itself is whole.</p>
          <Button icon={Download} onClick={save}>
            Download it
          </Button>
        </div>
      ) : (
        <Page
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

/** The opened file. The one before stays until the next is there, so that nothing flickers while settings are typed. */
function useOpened(file: Blob): { pdf: PDFDocumentProxy | null; failed: boolean } {
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

interface PageProps {
  readonly pdf: PDFDocumentProxy | null;
  readonly number: number;
  readonly zoom: number;
  readonly label: string;
  readonly inDialog: boolean;
}

function Page({ pdf, number, zoom, label, inDialog }: PageProps) {
  const frame = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(frame);
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    if (pdf === null || width === 0) return;
    const stop = new AbortController();
    const draw = async () => {
      const { drawPage } = await import('./open-pdf.ts');
      const page = await drawPage(pdf, number, width * zoom, stop.signal);
      const target = canvas.current;
      if (target === null || stop.signal.aborted) return;
      target.width = page.canvas.width;
      target.height = page.canvas.height;
      target.getContext('2d')?.drawImage(page.canvas, 0, 0);
      setText(page.text);
    };
    // A drawing that was stopped has another one after it.
    draw().catch(() => undefined);
    return () => stop.abort();
  }, [pdf, number, zoom, width]);
  return (
    <section
      ref={frame}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a page that is larger than its frame is scrolled by keys.
      tabIndex={0}
      // What it holds never makes it wider: it scrolls.
      className={cx(
        'contain-inline-size relative aspect-[210/297] w-full overflow-auto rounded-md border border-line bg-white',
        inDialog && 'max-h-[calc(100dvh-16rem)]',
      )}
    >
      <canvas ref={canvas} role="img" aria-label={label} className="block" style={{ width: width * zoom }} />
      {text === null ? <Skeleton className="absolute inset-0" /> : <p className="sr-only">{text}</p>}
    </section>
  );
}

/** How wide it is inside, as often as that changes. */
function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
