/** The mark and the name. Where there is room for the mark alone, the name is for screen readers. */
export function Brand({ collapsed = false }: { collapsed?: boolean }) {
  return (
    <span className="flex items-center gap-2 font-semibold">
      <span
        aria-hidden="true"
        className="grid size-6 place-items-center rounded-md bg-accent text-sm text-on-accent"
      >
        B
      </span>
      <span className={collapsed ? 'sr-only' : ''}>Billhook</span>
    </span>
  );
}
