/** Moves focus to the next or previous row: from the one in focus, else from the one that is open, else into the table. */
export function focusRow(body: HTMLTableSectionElement | null, step: 1 | -1): void {
  const rows = [...(body?.querySelectorAll<HTMLTableRowElement>('tr[tabindex]') ?? [])];
  if (rows.length === 0) return;
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const at = focused < 0 ? rows.findIndex((row) => row.ariaCurrent === 'true') : focused;
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next]?.focus();
}

/** Whether a click means the row itself: not a control inside it, and not the end of marking text. */
export function opensRow(event: MouseEvent): boolean {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey) return false;
  if (!(event.target instanceof Element)) return false;
  if (event.target.closest('a, button, input, label, [role="checkbox"], [data-no-open]')) return false;
  return (getSelection()?.toString() ?? '') === '';
}
