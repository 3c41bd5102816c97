type Facts = Readonly<Record<string, string>>;

/**
 * How the document that a mail is about is called, within a sentence and where one begins. Mails that were queued before
 * debit notes were told apart say nothing of it, and are about invoices.
 */
export function documentNames(
  words: { invoice: string; debit_note: string },
  { document_kind: kind }: Facts,
) {
  const document = kind === 'debit_note' ? words.debit_note : words.invoice;
  return { document, document_title: `${document.charAt(0).toUpperCase()}${document.slice(1)}` };
}
