type Facts = Readonly<Record<string, string>>;

/** What a mail is about, as it is called within a sentence. Mails queued before debit notes were told apart say nothing. */
export function documentOf({ document_kind: kind }: Facts): string {
  return kind === 'debit_note' ? 'debit note' : 'invoice';
}

/** The same where a sentence or a label begins. */
export function documentTitle(facts: Facts): string {
  return facts.document_kind === 'debit_note' ? 'Debit note' : 'Invoice';
}
