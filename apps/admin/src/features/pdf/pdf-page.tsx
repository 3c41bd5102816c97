import { cx } from '@billhook/ui/cx';
import { Skeleton } from '@billhook/ui/skeleton';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { PDFDocumentProxy } from './open-pdf.ts';

export interface PdfPageProps {
  readonly pdf: PDFDocumentProxy | null;
  readonly number: number;
  readonly zoom: number;
  readonly label: string;
  readonly inDialog: boolean;
}

/** One page as a picture, and its text for those who do not see it. */
export function PdfPage({ pdf, number, zoom, label, inDialog }: PdfPageProps) {
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
