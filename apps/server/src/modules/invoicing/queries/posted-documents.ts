/** The documents that a posting comes from: `i` an invoice, `n` a note, `ri` the invoice whose payment went back. */
export const DOCUMENTS = `
  left join invoices i on t.source_kind = 'invoice' and i.tenant_id = t.tenant_id and i.id = t.source_id
  left join credit_notes n on t.source_kind = 'credit_note' and n.tenant_id = t.tenant_id and n.id = t.source_id
  left join invoices ni on ni.tenant_id = n.tenant_id and ni.id = n.invoice_id
  left join refunds r on t.source_kind = 'refund' and r.tenant_id = t.tenant_id and r.id = t.source_id
  left join payments rp on rp.tenant_id = r.tenant_id and rp.id = r.payment_id
  left join invoices ri on ri.tenant_id = rp.tenant_id and ri.id = rp.invoice_id`;
