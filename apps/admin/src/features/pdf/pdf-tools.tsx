import { IconButton } from '@billhook/ui/button';
import { ChevronLeft, ChevronRight, Download, ZoomIn, ZoomOut } from 'lucide-react';

export const ZOOMS = [1, 1.5, 2, 3] as const;

export interface PdfToolsProps {
  readonly page: number;
  readonly count: number;
  readonly onPage: (page: number) => void;
  /** A place in `ZOOMS`. */
  readonly zoom: number;
  readonly onZoom: (zoom: number) => void;
  readonly name: string;
  readonly onSave: () => void;
}

/** Leafing, size, and taking the file along. */
export function PdfTools({ page, count, onPage, zoom, onZoom, name, onSave }: PdfToolsProps) {
  return (
    <div className="flex flex-wrap items-center gap-1">
      <IconButton
        label="Page before"
        icon={ChevronLeft}
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      />
      <span className="num px-1 text-sm text-muted" aria-live="polite">
        Page {page} of {count}
      </span>
      <IconButton
        label="Next page"
        icon={ChevronRight}
        disabled={page >= count}
        onClick={() => onPage(page + 1)}
      />
      <span className="ms-auto flex items-center gap-1">
        <IconButton label="Smaller" icon={ZoomOut} disabled={zoom === 0} onClick={() => onZoom(zoom - 1)} />
        <span className="num w-12 text-center text-sm text-muted">{(ZOOMS[zoom] ?? 1) * 100} %</span>
        <IconButton
          label="Larger"
          icon={ZoomIn}
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => onZoom(zoom + 1)}
        />
        <IconButton label={`Download ${name}`} icon={Download} onClick={onSave} />
      </span>
    </div>
  );
}
