import type { ReactNode } from 'react';
import { countryName } from './country-name.ts';
import { DateText } from './date-text.tsx';
import { DocumentNumber } from './document-number.tsx';
import { type InvoiceGroup, type InvoiceLine, InvoiceLines } from './invoice-lines.tsx';
import { INVOICE_ENGLISH, type InvoiceWords } from './invoice-words.ts';
import { KeyValue, type KeyValueItem } from './key-value.tsx';
import { Money } from './money.tsx';

export interface InvoiceParty {
  readonly name: string;
  /** The address and what else must stand there, line by line. */
  readonly lines: readonly string[];
  readonly taxId?: string | undefined;
}

export interface InvoiceTax {
  /** "VAT 19 %", "Reverse charge". */
  readonly label: ReactNode;
  readonly baseMinor: string;
  readonly amountMinor: string;
  /** What the law wants to be said where nothing is charged. */
  readonly note?: string | undefined;
}

export interface InvoiceGroupSum extends Omit<InvoiceGroup, 'lines'> {
  readonly lineIds: readonly string[];
}

export interface InvoiceDocumentProps {
  /** An invoice, if left out. */
  readonly kind?: 'invoice' | 'debit_note' | undefined;
  /** The invoice that a debit note raises: its number, as a link where there is one. */
  readonly refersTo?: ReactNode;
  readonly number: string;
  /** A `Status`. */
  readonly status?: ReactNode;
  readonly logo?: ReactNode;
  readonly seller: InvoiceParty;
  readonly buyer: InvoiceParty;
  readonly issuedOn: string;
  readonly dueOn?: string | undefined;
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  /** What the lines of each subscription come to, by the ids of its lines; left out or empty where there is one. */
  readonly groups?: readonly InvoiceGroupSum[] | undefined;
  readonly subtotalMinor: string;
  readonly taxes: readonly InvoiceTax[];
  readonly totalMinor: string;
  /** Payments and credits, as negative amounts. */
  readonly deductions?: readonly { readonly label: ReactNode; readonly amountMinor: string }[] | undefined;
  readonly amountDueMinor: string;
  readonly notes?: ReactNode;
  readonly words?: InvoiceWords | undefined;
}

/** The country of an address, as its last line; nothing where it is not known. */
export function countryLine(code: string | null): readonly string[] {
  return code === null ? [] : [countryName(code)];
}

/** An invoice on screen and on paper. Each line can say how its amount came to be. */
export function InvoiceDocument(props: InvoiceDocumentProps) {
  const { number, status, logo, seller, buyer, issuedOn, dueOn, currency, lines, notes } = props;
  const words = props.words ?? INVOICE_ENGLISH;
  return (
    <article className="print-flat w-full max-w-[52rem] rounded-md border border-line bg-surface p-4 sm:p-8">
      <header className="flex flex-wrap items-start justify-between gap-4">
        <div className="min-w-0">
          <h2 className="text-lg font-semibold tracking-[-0.011em]">
            {props.kind === 'debit_note' ? words.debitNote : words.invoice} <DocumentNumber number={number} />
          </h2>
          <div className="no-print mt-1 min-h-5">{status}</div>
        </div>
        {logo}
      </header>
      <div className="mt-6 grid gap-6 sm:grid-cols-2">
        <Party title={words.from} party={seller} taxIdWord={words.taxId} />
        <Party title={words.to} party={buyer} taxIdWord={words.taxId} />
      </div>
      <dl className="mt-6 flex flex-wrap gap-x-10 gap-y-2 border-y border-line py-3">
        <Fact label={words.issued} value={<DateText value={issuedOn} />} />
        {dueOn ? <Fact label={words.due} value={<DateText value={dueOn} />} /> : null}
        {props.refersTo ? <Fact label={words.forInvoice} value={props.refersTo} /> : null}
        <Fact label={words.currency} value={currency} />
      </dl>
      <InvoiceLines lines={lines} groups={groupsOf(props)} currency={currency} words={words} />
      <div className="keep-together mt-4 flex justify-end">
        <div className="w-full sm:w-80">
          <KeyValue layout="sum" items={sums(props, words)} />
        </div>
      </div>
      {legalNotes(props.taxes).map((note) => (
        <p key={note} className="keep-together mt-4 text-sm text-muted">
          {note}
        </p>
      ))}
      {notes ? <div className="mt-6 border-t border-line pt-4 text-sm text-muted">{notes}</div> : null}
    </article>
  );
}

function groupsOf({ lines, groups = [] }: InvoiceDocumentProps): readonly InvoiceGroup[] {
  return groups.map(({ lineIds, ...group }) => ({
    ...group,
    lines: lines.filter(({ id }) => lineIds.includes(id)),
  }));
}

/** Each of the words that the law wants, once. */
function legalNotes(taxes: readonly InvoiceTax[]): readonly string[] {
  return [...new Set(taxes.flatMap(({ note }) => (note === undefined ? [] : [note])))];
}

function sums(props: InvoiceDocumentProps, words: InvoiceWords): KeyValueItem[] {
  const { currency } = props;
  const money = (amountMinor: string) => <Money amountMinor={amountMinor} currency={currency} />;
  const deductions = props.deductions ?? [];
  return [
    { label: words.subtotal, value: money(props.subtotalMinor) },
    ...props.taxes.map((tax) => ({
      label: (
        <>
          {tax.label}{' '}
          <span className="text-sm text-faint">
            {words.on} <Money amountMinor={tax.baseMinor} currency={currency} hideCurrency />
          </span>
        </>
      ),
      value: money(tax.amountMinor),
    })),
    { label: words.total, value: money(props.totalMinor), strong: true },
    ...deductions.map(({ label, amountMinor }) => ({ label, value: money(amountMinor) })),
    ...(deductions.length > 0
      ? [{ label: words.amountDue, value: money(props.amountDueMinor), strong: true }]
      : []),
  ];
}

function Party({ title, party, taxIdWord }: { title: string; party: InvoiceParty; taxIdWord: string }) {
  return (
    <section className="min-w-0">
      <h3 className="text-sm text-faint">{title}</h3>
      <address className="mt-1 not-italic">
        <span className="font-medium">{party.name}</span>
        {party.lines.map((line) => (
          <span key={line} className="block">
            {line}
          </span>
        ))}
        {party.taxId ? (
          <span className="block text-muted">
            {taxIdWord} <span className="num">{party.taxId}</span>
          </span>
        ) : null}
      </address>
    </section>
  );
}

function Fact({ label, value }: { label: string; value: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-faint">{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
