import { type Decimal12, formatDecimal12 } from '../kernel/decimal.ts';
import { amountText } from './figures.ts';
import type { EAddress, EAdjustment, EInvoice, ELine, EParty, EPeriod, EVatRow } from './model.ts';
import { group, groupIfAny, text, type XmlElement } from './xml.ts';

const COMMON = {
  'xmlns:cac': 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  'xmlns:cbc': 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
};

/** Whether UBL writes the document as a credit note, which is a document type of its own there. */
export function isUblCreditNote({ type }: Pick<EInvoice, 'type'>): boolean {
  return type === '381';
}

/** Writes the document in the syntax of UBL 2.1, as XRechnung and Peppol BIS Billing 3.0 take it. */
export function ublDocument(invoice: EInvoice): XmlElement {
  const isNote = isUblCreditNote(invoice);
  const kind = isNote ? 'CreditNote' : 'Invoice';
  const amount = amountWriter(invoice.currency);
  const { preceding } = invoice;
  const root = group(
    kind,
    text('cbc:CustomizationID', invoice.specification),
    text('cbc:ProfileID', invoice.process),
    text('cbc:ID', invoice.number),
    text('cbc:IssueDate', invoice.issuedOn),
    isNote ? null : text('cbc:DueDate', invoice.dueOn),
    text(`cbc:${kind}TypeCode`, invoice.type),
    text('cbc:Note', invoice.note),
    text('cbc:DocumentCurrencyCode', invoice.currency),
    text('cbc:BuyerReference', invoice.buyerReference),
    invoice.period === null ? null : periodElement(invoice.period),
    groupIfAny('cac:OrderReference', text('cbc:ID', invoice.orderReference)),
    preceding === null
      ? null
      : group(
          'cac:BillingReference',
          group(
            'cac:InvoiceDocumentReference',
            text('cbc:ID', preceding.number),
            text('cbc:IssueDate', preceding.issuedOn),
          ),
        ),
    group('cac:AccountingSupplierParty', partyElement(invoice.seller)),
    group('cac:AccountingCustomerParty', partyElement(invoice.buyer)),
    groupIfAny(
      'cac:Delivery',
      text('cbc:ActualDeliveryDate', invoice.deliveredOn),
      invoice.deliveredTo === null
        ? null
        : group('cac:DeliveryLocation', addressElement('cac:Address', invoice.deliveredTo)),
    ),
    invoice.payment === null ? null : paymentElement(invoice.payment, isNote ? invoice.dueOn : null),
    groupIfAny('cac:PaymentTerms', text('cbc:Note', invoice.terms)),
    invoice.adjustments.map((one) => adjustmentElement(one, amount)),
    group(
      'cac:TaxTotal',
      amount('cbc:TaxAmount', invoice.totals.vat),
      invoice.vat.map((row) => vatElement(row, amount)),
    ),
    totalsElement(invoice, amount),
    invoice.lines.map((line) => lineElement(line, isNote, amount)),
  );
  const xmlns = `urn:oasis:names:specification:ubl:schema:xsd:${kind}-2`;
  return { ...root, attributes: { xmlns, ...COMMON } };
}

type AmountWriter = (name: string, value: Decimal12) => XmlElement | null;

function amountWriter(currencyID: string): AmountWriter {
  return (name, value) => text(name, amountText(value), { currencyID });
}

function periodElement({ start, end }: EPeriod): XmlElement {
  return group('cac:InvoicePeriod', text('cbc:StartDate', start), text('cbc:EndDate', end));
}

function schemeOf({ scheme }: { readonly scheme: string | null }): Record<string, string> {
  return scheme === null ? {} : { schemeID: scheme };
}

function partyElement(party: EParty): XmlElement {
  const { endpoint, registration, contact } = party;
  return group(
    'cac:Party',
    endpoint === null ? null : text('cbc:EndpointID', endpoint.value, schemeOf(endpoint)),
    groupIfAny('cac:PartyIdentification', text('cbc:ID', party.id)),
    addressElement('cac:PostalAddress', party.address),
    taxSchemeElement('VAT', party.vatId),
    taxSchemeElement('FC', party.taxNumber),
    group(
      'cac:PartyLegalEntity',
      text('cbc:RegistrationName', party.name),
      registration === null ? null : text('cbc:CompanyID', registration.value, schemeOf(registration)),
    ),
    contact === null
      ? null
      : groupIfAny(
          'cac:Contact',
          text('cbc:Name', contact.name),
          text('cbc:Telephone', contact.phone),
          text('cbc:ElectronicMail', contact.email),
        ),
  );
}

function taxSchemeElement(scheme: string, value: string | null): XmlElement | null {
  return value === null
    ? null
    : group(
        'cac:PartyTaxScheme',
        text('cbc:CompanyID', value),
        group('cac:TaxScheme', text('cbc:ID', scheme)),
      );
}

function addressElement(name: string, address: EAddress): XmlElement {
  return group(
    name,
    text('cbc:StreetName', address.line1),
    text('cbc:AdditionalStreetName', address.line2),
    text('cbc:CityName', address.city),
    text('cbc:PostalZone', address.postCode),
    text('cbc:CountrySubentity', address.region),
    group('cac:Country', text('cbc:IdentificationCode', address.country)),
  );
}

function paymentElement(
  { means, reference, account }: NonNullable<EInvoice['payment']>,
  dueOn: string | null,
): XmlElement {
  return group(
    'cac:PaymentMeans',
    text('cbc:PaymentMeansCode', means),
    text('cbc:PaymentDueDate', dueOn),
    text('cbc:PaymentID', reference),
    account === null
      ? null
      : group(
          'cac:PayeeFinancialAccount',
          text('cbc:ID', account.iban),
          text('cbc:Name', account.name),
          groupIfAny('cac:FinancialInstitutionBranch', text('cbc:ID', account.bic)),
        ),
  );
}

function categoryElement(
  name: string,
  { category, percent }: Pick<ELine, 'category' | 'percent'>,
  ...exemption: readonly (XmlElement | null)[]
): XmlElement {
  return group(
    name,
    text('cbc:ID', category),
    percent === null ? null : text('cbc:Percent', amountText(percent)),
    exemption,
    group('cac:TaxScheme', text('cbc:ID', 'VAT')),
  );
}

function adjustmentElement(adjustment: EAdjustment, amount: AmountWriter): XmlElement {
  const { category, percent } = adjustment;
  return group(
    'cac:AllowanceCharge',
    text('cbc:ChargeIndicator', `${adjustment.isCharge}`),
    text('cbc:AllowanceChargeReason', adjustment.reason),
    amount('cbc:Amount', adjustment.amount),
    category === null ? null : categoryElement('cac:TaxCategory', { category, percent }),
  );
}

function vatElement(row: EVatRow, amount: AmountWriter): XmlElement {
  return group(
    'cac:TaxSubtotal',
    amount('cbc:TaxableAmount', row.taxable),
    amount('cbc:TaxAmount', row.tax),
    categoryElement(
      'cac:TaxCategory',
      row,
      text('cbc:TaxExemptionReasonCode', row.exemptionCode),
      text('cbc:TaxExemptionReason', row.exemptionReason),
    ),
  );
}

function totalsElement({ totals }: EInvoice, amount: AmountWriter): XmlElement {
  return group(
    'cac:LegalMonetaryTotal',
    amount('cbc:LineExtensionAmount', totals.lines),
    amount('cbc:TaxExclusiveAmount', totals.withoutVat),
    amount('cbc:TaxInclusiveAmount', totals.withVat),
    amount('cbc:AllowanceTotalAmount', totals.allowances),
    amount('cbc:ChargeTotalAmount', totals.charges),
    amount('cbc:PrepaidAmount', totals.paid),
    totals.rounding === 0n ? null : amount('cbc:PayableRoundingAmount', totals.rounding),
    amount('cbc:PayableAmount', totals.payable),
  );
}

function lineElement(line: ELine, isNote: boolean, amount: AmountWriter): XmlElement {
  const unit = { unitCode: line.unit };
  return group(
    isNote ? 'cac:CreditNoteLine' : 'cac:InvoiceLine',
    text('cbc:ID', line.id),
    text('cbc:Note', line.note),
    text(isNote ? 'cbc:CreditedQuantity' : 'cbc:InvoicedQuantity', formatDecimal12(line.quantity), unit),
    amount('cbc:LineExtensionAmount', line.net),
    line.period === null ? null : periodElement(line.period),
    line.adjustments.map((one) => adjustmentElement(one, amount)),
    group('cac:Item', text('cbc:Name', line.name), categoryElement('cac:ClassifiedTaxCategory', line)),
    group(
      'cac:Price',
      amount('cbc:PriceAmount', line.price),
      text('cbc:BaseQuantity', formatDecimal12(line.priceBase), unit),
    ),
  );
}
