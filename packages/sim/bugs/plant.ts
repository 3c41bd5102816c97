import type { Change } from '@billhook/core/decision/change';
import type {
  ConsolidatedDecision,
  ConsolidatedInput,
} from '@billhook/core/invoicing/documents/decide-invoices';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { ProposedLine } from '@billhook/core/invoicing/line';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { CORE, type Engine } from '../src/engine.ts';
import type { Provider } from '../src/provider.ts';

/** A bug put in on purpose, and the law by which the auditor must find it. */
export interface PlantedBug {
  readonly id: string;
  /** What is wrong, in words. */
  readonly name: string;
  /** Null for something odd that is right: it must not be reported. */
  readonly law: string | null;
  /** Made afresh for every run, because some bugs count how often they were called. */
  readonly engine: () => Engine;
  readonly wrapProvider?: (provider: Provider) => Provider;
  /** Only this plan is sold. */
  readonly onlyOffer?: number;
}

/** An engine with some of its parts replaced. */
export function planted(parts: Partial<Engine>): () => Engine {
  return () => ({ ...CORE, ...parts });
}

/** Applies changes as core does, except those that the bug takes over. */
export function bypassing(
  takesOver: (books: Parameters<Engine['applyChanges']>[0], change: Change) => boolean,
): Engine['applyChanges'] {
  return (books, changes) => {
    for (const change of changes) if (!takesOver(books, change)) CORE.applyChanges(books, [change]);
  };
}

/** Bills as core does and edits the document before anybody sees it. */
export function onInvoices(edit: (invoice: IssuedInvoice) => IssuedInvoice): () => Engine {
  return planted({
    decideInvoices(input) {
      const decided = CORE.decideInvoices(input);
      return decided.ok ? { ok: true, value: withInvoices(decided.value, edit) } : decided;
    },
  });
}

/** A run of billing with its invoices edited. */
export function withInvoices(
  decided: ConsolidatedDecision,
  edit: (invoice: IssuedInvoice) => IssuedInvoice,
): ConsolidatedDecision {
  const invoices = decided.invoices.map(edit);
  const byId = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  const changes = decided.changes.map((change) =>
    change.type === 'invoice.create'
      ? { ...change, invoice: byId.get(change.invoice.id) ?? change.invoice }
      : change,
  );
  return { ...decided, invoices, changes };
}

/** Edits the lines that match; sums are left as they were. */
export function onLines(
  matches: (line: ProposedLine) => boolean,
  edit: (line: ProposedLine) => Partial<ProposedLine>,
): () => Engine {
  return onInvoices((invoice) => ({
    ...invoice,
    lines: invoice.lines.map((line) => (matches(line) ? { ...line, ...edit(line) } : line)),
  }));
}

/** Bills with other facts than those that stand in the books. */
export function onBilling(edit: (input: ConsolidatedInput) => Partial<ConsolidatedInput>): () => Engine {
  return planted({ decideInvoices: (input) => CORE.decideInvoices({ ...input, ...edit(input) }) });
}

/** Bills subscriptions that are seen otherwise than they are. */
export function onSubscriptions(edit: (subscription: Subscription) => Subscription): () => Engine {
  const seen = <T extends { readonly subscriptions: readonly Subscription[] }>(input: T): T => ({
    ...input,
    subscriptions: input.subscriptions.map(edit),
  });
  return planted({
    usageToLoad: (input) => CORE.usageToLoad(seen(input)),
    decideInvoices: (input) => CORE.decideInvoices(seen(input)),
  });
}
