/** What staff and providers of payments are told that a document is; customers read it in their language. */
export function documentName({ raisesInvoiceId }: { raisesInvoiceId: string | null }): string {
  return raisesInvoiceId === null ? 'Invoice' : 'Debit note';
}
