import { formatDecimal12 } from '../kernel/decimal.ts';
import { amountText } from './figures.ts';
import type { EAddress, EAdjustment, EContact, EInvoice, ELine, EParty, EVatRow } from './model.ts';
import { group, groupIfAny, text, type XmlElement } from './xml.ts';

const NAMESPACES = {
  'xmlns:rsm': 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  'xmlns:ram': 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  'xmlns:udt': 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
  'xmlns:qdt': 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
};

/** Writes the document in the syntax of UN/CEFACT Cross Industry Invoice D16B, which Factur-X and ZUGFeRD embed. */
export function ciiDocument(invoice: EInvoice): XmlElement {
  const root = group(
    'rsm:CrossIndustryInvoice',
    group(
      'rsm:ExchangedDocumentContext',
      invoice.process === null
        ? null
        : group('ram:BusinessProcessSpecifiedDocumentContextParameter', text('ram:ID', invoice.process)),
      group('ram:GuidelineSpecifiedDocumentContextParameter', text('ram:ID', invoice.specification)),
    ),
    group(
      'rsm:ExchangedDocument',
      text('ram:ID', invoice.number),
      text('ram:TypeCode', invoice.type),
      date('ram:IssueDateTime', invoice.issuedOn),
      invoice.note === null ? null : group('ram:IncludedNote', text('ram:Content', invoice.note)),
    ),
    group(
      'rsm:SupplyChainTradeTransaction',
      invoice.lines.map(lineElement),
      agreement(invoice),
      delivery(invoice),
      settlement(invoice),
    ),
  );
  return { ...root, attributes: NAMESPACES };
}

function date(name: string, day: string | null, kind = 'udt:DateTimeString'): XmlElement | null {
  return day === null ? null : group(name, text(kind, day.replaceAll('-', ''), { format: '102' }));
}

function lineElement(line: ELine): XmlElement {
  const unit = { unitCode: line.unit };
  return group(
    'ram:IncludedSupplyChainTradeLineItem',
    group(
      'ram:AssociatedDocumentLineDocument',
      text('ram:LineID', line.id),
      line.note === null ? null : group('ram:IncludedNote', text('ram:Content', line.note)),
    ),
    group('ram:SpecifiedTradeProduct', text('ram:Name', line.name)),
    group(
      'ram:SpecifiedLineTradeAgreement',
      group(
        'ram:NetPriceProductTradePrice',
        text('ram:ChargeAmount', amountText(line.price)),
        text('ram:BasisQuantity', formatDecimal12(line.priceBase), unit),
      ),
    ),
    group('ram:SpecifiedLineTradeDelivery', text('ram:BilledQuantity', formatDecimal12(line.quantity), unit)),
    group(
      'ram:SpecifiedLineTradeSettlement',
      group(
        'ram:ApplicableTradeTax',
        text('ram:TypeCode', 'VAT'),
        text('ram:CategoryCode', line.category),
        text('ram:RateApplicablePercent', percentText(line.percent)),
      ),
      line.period === null ? null : periodElement(line.period),
      line.adjustments.map(adjustmentElement),
      group(
        'ram:SpecifiedTradeSettlementLineMonetarySummation',
        text('ram:LineTotalAmount', amountText(line.net)),
      ),
    ),
  );
}

function percentText(percent: ELine['percent']): string | null {
  return percent === null ? null : amountText(percent);
}

function periodElement({ start, end }: { readonly start: string; readonly end: string }): XmlElement {
  return group('ram:BillingSpecifiedPeriod', date('ram:StartDateTime', start), date('ram:EndDateTime', end));
}

function adjustmentElement(adjustment: EAdjustment): XmlElement {
  return group(
    'ram:SpecifiedTradeAllowanceCharge',
    group('ram:ChargeIndicator', text('udt:Indicator', `${adjustment.isCharge}`)),
    text('ram:ActualAmount', amountText(adjustment.amount)),
    text('ram:Reason', adjustment.reason),
    adjustment.category === null
      ? null
      : group(
          'ram:CategoryTradeTax',
          text('ram:TypeCode', 'VAT'),
          text('ram:CategoryCode', adjustment.category),
          text('ram:RateApplicablePercent', percentText(adjustment.percent)),
        ),
  );
}

function agreement(invoice: EInvoice): XmlElement {
  return group(
    'ram:ApplicableHeaderTradeAgreement',
    text('ram:BuyerReference', invoice.buyerReference),
    partyElement('ram:SellerTradeParty', invoice.seller),
    partyElement('ram:BuyerTradeParty', invoice.buyer),
    invoice.orderReference === null
      ? null
      : group('ram:BuyerOrderReferencedDocument', text('ram:IssuerAssignedID', invoice.orderReference)),
  );
}

function partyElement(name: string, party: EParty): XmlElement {
  const { registration, endpoint } = party;
  return group(
    name,
    text('ram:ID', party.id),
    text('ram:Name', party.name),
    registration === null
      ? null
      : group('ram:SpecifiedLegalOrganization', text('ram:ID', registration.value, schemeOf(registration))),
    party.contact === null ? null : contactElement(party.contact),
    addressElement(party.address),
    endpoint === null
      ? null
      : group('ram:URIUniversalCommunication', text('ram:URIID', endpoint.value, schemeOf(endpoint))),
    taxElement('VA', party.vatId),
    taxElement('FC', party.taxNumber),
  );
}

function schemeOf({ scheme }: { readonly scheme: string | null }): Record<string, string> {
  return scheme === null ? {} : { schemeID: scheme };
}

function taxElement(schemeID: string, value: string | null): XmlElement | null {
  return value === null ? null : group('ram:SpecifiedTaxRegistration', text('ram:ID', value, { schemeID }));
}

function contactElement({ name, phone, email }: EContact): XmlElement | null {
  return groupIfAny(
    'ram:DefinedTradeContact',
    text('ram:PersonName', name),
    groupIfAny('ram:TelephoneUniversalCommunication', text('ram:CompleteNumber', phone)),
    groupIfAny('ram:EmailURIUniversalCommunication', text('ram:URIID', email)),
  );
}

function addressElement(address: EAddress): XmlElement {
  return group(
    'ram:PostalTradeAddress',
    text('ram:PostcodeCode', address.postCode),
    text('ram:LineOne', address.line1),
    text('ram:LineTwo', address.line2),
    text('ram:CityName', address.city),
    text('ram:CountryID', address.country),
    text('ram:CountrySubDivisionName', address.region),
  );
}

function delivery({ deliveredTo, deliveredOn }: EInvoice): XmlElement {
  return group(
    'ram:ApplicableHeaderTradeDelivery',
    deliveredTo === null ? null : group('ram:ShipToTradeParty', addressElement(deliveredTo)),
    deliveredOn === null
      ? null
      : group('ram:ActualDeliverySupplyChainEvent', date('ram:OccurrenceDateTime', deliveredOn)),
  );
}

function settlement(invoice: EInvoice): XmlElement {
  const { payment, preceding } = invoice;
  return group(
    'ram:ApplicableHeaderTradeSettlement',
    text('ram:PaymentReference', payment?.reference ?? null),
    text('ram:InvoiceCurrencyCode', invoice.currency),
    payment === null ? null : paymentElement(payment),
    invoice.vat.map(vatElement),
    invoice.period === null ? null : periodElement(invoice.period),
    invoice.adjustments.map(adjustmentElement),
    groupIfAny(
      'ram:SpecifiedTradePaymentTerms',
      text('ram:Description', invoice.terms),
      date('ram:DueDateDateTime', invoice.dueOn),
    ),
    summation(invoice),
    preceding === null
      ? null
      : group(
          'ram:InvoiceReferencedDocument',
          text('ram:IssuerAssignedID', preceding.number),
          date('ram:FormattedIssueDateTime', preceding.issuedOn, 'qdt:DateTimeString'),
        ),
  );
}

function paymentElement({ means, account }: NonNullable<EInvoice['payment']>): XmlElement {
  return group(
    'ram:SpecifiedTradeSettlementPaymentMeans',
    text('ram:TypeCode', means),
    account === null
      ? null
      : group(
          'ram:PayeePartyCreditorFinancialAccount',
          text('ram:IBANID', account.iban),
          text('ram:AccountName', account.name),
        ),
    account?.bic
      ? group('ram:PayeeSpecifiedCreditorFinancialInstitution', text('ram:BICID', account.bic))
      : null,
  );
}

function vatElement(row: EVatRow): XmlElement {
  return group(
    'ram:ApplicableTradeTax',
    text('ram:CalculatedAmount', amountText(row.tax)),
    text('ram:TypeCode', 'VAT'),
    text('ram:ExemptionReason', row.exemptionReason),
    text('ram:BasisAmount', amountText(row.taxable)),
    text('ram:CategoryCode', row.category),
    text('ram:ExemptionReasonCode', row.exemptionCode),
    text('ram:RateApplicablePercent', percentText(row.percent)),
  );
}

function summation({ totals, currency }: EInvoice): XmlElement {
  return group(
    'ram:SpecifiedTradeSettlementHeaderMonetarySummation',
    text('ram:LineTotalAmount', amountText(totals.lines)),
    text('ram:ChargeTotalAmount', amountText(totals.charges)),
    text('ram:AllowanceTotalAmount', amountText(totals.allowances)),
    text('ram:TaxBasisTotalAmount', amountText(totals.withoutVat)),
    text('ram:TaxTotalAmount', amountText(totals.vat), { currencyID: currency }),
    totals.rounding === 0n ? null : text('ram:RoundingAmount', amountText(totals.rounding)),
    text('ram:GrandTotalAmount', amountText(totals.withVat)),
    text('ram:TotalPrepaidAmount', amountText(totals.paid)),
    text('ram:DuePayableAmount', amountText(totals.payable)),
  );
}
