import { useId } from 'react';

/** The paper itself: a picture or a PDF. */
export function CertificateFile({ onChoose }: { readonly onChoose: (file: File | null) => void }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        The paper <span className="font-normal text-muted">(PDF or picture, optional)</span>
      </label>
      <input
        id={id}
        type="file"
        accept="application/pdf,image/png,image/jpeg,image/webp"
        className="max-w-full file:me-3 file:rounded-md file:border file:border-control file:bg-surface file:px-3 file:py-1.5 file:text-text"
        onChange={(event) => onChoose(event.target.files?.[0] ?? null)}
      />
    </div>
  );
}
