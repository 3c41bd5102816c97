import type { XmlElement } from '../einvoice/xml.ts';

/**
 * What may stand in each element that we write, in order: `?` once or not, `*` any number, `+` at least one, nothing for
 * exactly one. Facts of the schemas of UBL 2.1 and of Cross Industry Invoice D16B, as far as our documents use them.
 */
const UBL_PARTS: Readonly<Record<string, string>> = {
  Invoice:
    'cbc:CustomizationID cbc:ProfileID? cbc:ID cbc:IssueDate cbc:DueDate? cbc:InvoiceTypeCode cbc:Note? ' +
    'cbc:DocumentCurrencyCode cbc:BuyerReference? cac:InvoicePeriod? cac:OrderReference? cac:BillingReference? ' +
    'cac:AccountingSupplierParty cac:AccountingCustomerParty cac:Delivery? cac:PaymentMeans? cac:PaymentTerms? ' +
    'cac:AllowanceCharge* cac:TaxTotal cac:LegalMonetaryTotal cac:InvoiceLine+',
  CreditNote:
    'cbc:CustomizationID cbc:ProfileID? cbc:ID cbc:IssueDate cbc:CreditNoteTypeCode cbc:Note? ' +
    'cbc:DocumentCurrencyCode cbc:BuyerReference? cac:InvoicePeriod? cac:OrderReference? cac:BillingReference? ' +
    'cac:AccountingSupplierParty cac:AccountingCustomerParty cac:Delivery? cac:PaymentMeans? cac:PaymentTerms? ' +
    'cac:AllowanceCharge* cac:TaxTotal cac:LegalMonetaryTotal cac:CreditNoteLine+',
  'cac:InvoicePeriod': 'cbc:StartDate cbc:EndDate',
  'cac:OrderReference': 'cbc:ID',
  'cac:BillingReference': 'cac:InvoiceDocumentReference',
  'cac:InvoiceDocumentReference': 'cbc:ID cbc:IssueDate?',
  'cac:AccountingSupplierParty': 'cac:Party',
  'cac:AccountingCustomerParty': 'cac:Party',
  'cac:Party':
    'cbc:EndpointID? cac:PartyIdentification? cac:PostalAddress cac:PartyTaxScheme* cac:PartyLegalEntity cac:Contact?',
  'cac:PartyIdentification': 'cbc:ID',
  'cac:PostalAddress':
    'cbc:StreetName? cbc:AdditionalStreetName? cbc:CityName? cbc:PostalZone? cbc:CountrySubentity? cac:Country',
  'cac:Address':
    'cbc:StreetName? cbc:AdditionalStreetName? cbc:CityName? cbc:PostalZone? cbc:CountrySubentity? cac:Country',
  'cac:Country': 'cbc:IdentificationCode',
  'cac:PartyTaxScheme': 'cbc:CompanyID cac:TaxScheme',
  'cac:TaxScheme': 'cbc:ID',
  'cac:PartyLegalEntity': 'cbc:RegistrationName cbc:CompanyID?',
  'cac:Contact': 'cbc:Name? cbc:Telephone? cbc:ElectronicMail?',
  'cac:Delivery': 'cbc:ActualDeliveryDate? cac:DeliveryLocation?',
  'cac:DeliveryLocation': 'cac:Address',
  'cac:PaymentMeans': 'cbc:PaymentMeansCode cbc:PaymentDueDate? cbc:PaymentID? cac:PayeeFinancialAccount?',
  'cac:PayeeFinancialAccount': 'cbc:ID cbc:Name? cac:FinancialInstitutionBranch?',
  'cac:FinancialInstitutionBranch': 'cbc:ID',
  'cac:PaymentTerms': 'cbc:Note',
  'cac:AllowanceCharge': 'cbc:ChargeIndicator cbc:AllowanceChargeReason cbc:Amount cac:TaxCategory?',
  'cac:TaxTotal': 'cbc:TaxAmount cac:TaxSubtotal+',
  'cac:TaxSubtotal': 'cbc:TaxableAmount cbc:TaxAmount cac:TaxCategory',
  'cac:TaxCategory': 'cbc:ID cbc:Percent? cbc:TaxExemptionReasonCode? cbc:TaxExemptionReason? cac:TaxScheme',
  'cac:ClassifiedTaxCategory': 'cbc:ID cbc:Percent? cac:TaxScheme',
  'cac:LegalMonetaryTotal':
    'cbc:LineExtensionAmount cbc:TaxExclusiveAmount cbc:TaxInclusiveAmount cbc:AllowanceTotalAmount ' +
    'cbc:ChargeTotalAmount cbc:PrepaidAmount cbc:PayableRoundingAmount? cbc:PayableAmount',
  'cac:InvoiceLine':
    'cbc:ID cbc:Note? cbc:InvoicedQuantity cbc:LineExtensionAmount cac:InvoicePeriod? cac:AllowanceCharge* cac:Item cac:Price',
  'cac:CreditNoteLine':
    'cbc:ID cbc:Note? cbc:CreditedQuantity cbc:LineExtensionAmount cac:InvoicePeriod? cac:AllowanceCharge* cac:Item cac:Price',
  'cac:Item': 'cbc:Name cac:ClassifiedTaxCategory',
  'cac:Price': 'cbc:PriceAmount cbc:BaseQuantity',
};

const CII_PARTY =
  'ram:ID? ram:Name? ram:SpecifiedLegalOrganization? ram:DefinedTradeContact? ram:PostalTradeAddress ' +
  'ram:URIUniversalCommunication? ram:SpecifiedTaxRegistration*';

const CII_PARTS: Readonly<Record<string, string>> = {
  'rsm:CrossIndustryInvoice':
    'rsm:ExchangedDocumentContext rsm:ExchangedDocument rsm:SupplyChainTradeTransaction',
  'rsm:ExchangedDocumentContext':
    'ram:BusinessProcessSpecifiedDocumentContextParameter? ram:GuidelineSpecifiedDocumentContextParameter',
  'ram:BusinessProcessSpecifiedDocumentContextParameter': 'ram:ID',
  'ram:GuidelineSpecifiedDocumentContextParameter': 'ram:ID',
  'rsm:ExchangedDocument': 'ram:ID ram:TypeCode ram:IssueDateTime ram:IncludedNote*',
  'ram:IssueDateTime': 'udt:DateTimeString',
  'ram:IncludedNote': 'ram:Content',
  'rsm:SupplyChainTradeTransaction':
    'ram:IncludedSupplyChainTradeLineItem+ ram:ApplicableHeaderTradeAgreement ram:ApplicableHeaderTradeDelivery ' +
    'ram:ApplicableHeaderTradeSettlement',
  'ram:IncludedSupplyChainTradeLineItem':
    'ram:AssociatedDocumentLineDocument ram:SpecifiedTradeProduct ram:SpecifiedLineTradeAgreement ' +
    'ram:SpecifiedLineTradeDelivery ram:SpecifiedLineTradeSettlement',
  'ram:AssociatedDocumentLineDocument': 'ram:LineID ram:IncludedNote?',
  'ram:SpecifiedTradeProduct': 'ram:Name',
  'ram:SpecifiedLineTradeAgreement': 'ram:NetPriceProductTradePrice',
  'ram:NetPriceProductTradePrice': 'ram:ChargeAmount ram:BasisQuantity',
  'ram:SpecifiedLineTradeDelivery': 'ram:BilledQuantity',
  'ram:SpecifiedLineTradeSettlement':
    'ram:ApplicableTradeTax ram:BillingSpecifiedPeriod? ram:SpecifiedTradeAllowanceCharge* ' +
    'ram:SpecifiedTradeSettlementLineMonetarySummation',
  'ram:ApplicableTradeTax':
    'ram:CalculatedAmount? ram:TypeCode ram:ExemptionReason? ram:BasisAmount? ram:CategoryCode ' +
    'ram:ExemptionReasonCode? ram:RateApplicablePercent?',
  'ram:BillingSpecifiedPeriod': 'ram:StartDateTime ram:EndDateTime',
  'ram:StartDateTime': 'udt:DateTimeString',
  'ram:EndDateTime': 'udt:DateTimeString',
  'ram:SpecifiedTradeAllowanceCharge':
    'ram:ChargeIndicator ram:ActualAmount ram:Reason ram:CategoryTradeTax?',
  'ram:ChargeIndicator': 'udt:Indicator',
  'ram:CategoryTradeTax': 'ram:TypeCode ram:CategoryCode ram:RateApplicablePercent?',
  'ram:SpecifiedTradeSettlementLineMonetarySummation': 'ram:LineTotalAmount',
  'ram:ApplicableHeaderTradeAgreement':
    'ram:BuyerReference? ram:SellerTradeParty ram:BuyerTradeParty ram:BuyerOrderReferencedDocument?',
  'ram:SellerTradeParty': CII_PARTY,
  'ram:BuyerTradeParty': CII_PARTY,
  'ram:ShipToTradeParty': CII_PARTY,
  'ram:SpecifiedLegalOrganization': 'ram:ID',
  'ram:DefinedTradeContact':
    'ram:PersonName? ram:TelephoneUniversalCommunication? ram:EmailURIUniversalCommunication?',
  'ram:TelephoneUniversalCommunication': 'ram:CompleteNumber',
  'ram:EmailURIUniversalCommunication': 'ram:URIID',
  'ram:PostalTradeAddress':
    'ram:PostcodeCode? ram:LineOne? ram:LineTwo? ram:CityName? ram:CountryID ram:CountrySubDivisionName?',
  'ram:URIUniversalCommunication': 'ram:URIID',
  'ram:SpecifiedTaxRegistration': 'ram:ID',
  'ram:BuyerOrderReferencedDocument': 'ram:IssuerAssignedID',
  'ram:ApplicableHeaderTradeDelivery': 'ram:ShipToTradeParty? ram:ActualDeliverySupplyChainEvent?',
  'ram:ActualDeliverySupplyChainEvent': 'ram:OccurrenceDateTime',
  'ram:OccurrenceDateTime': 'udt:DateTimeString',
  'ram:ApplicableHeaderTradeSettlement':
    'ram:PaymentReference? ram:InvoiceCurrencyCode ram:SpecifiedTradeSettlementPaymentMeans? ram:ApplicableTradeTax+ ' +
    'ram:BillingSpecifiedPeriod? ram:SpecifiedTradeAllowanceCharge* ram:SpecifiedTradePaymentTerms? ' +
    'ram:SpecifiedTradeSettlementHeaderMonetarySummation ram:InvoiceReferencedDocument?',
  'ram:SpecifiedTradeSettlementPaymentMeans':
    'ram:TypeCode ram:PayeePartyCreditorFinancialAccount? ram:PayeeSpecifiedCreditorFinancialInstitution?',
  'ram:PayeePartyCreditorFinancialAccount': 'ram:IBANID ram:AccountName?',
  'ram:PayeeSpecifiedCreditorFinancialInstitution': 'ram:BICID',
  'ram:SpecifiedTradePaymentTerms': 'ram:Description? ram:DueDateDateTime?',
  'ram:DueDateDateTime': 'udt:DateTimeString',
  'ram:SpecifiedTradeSettlementHeaderMonetarySummation':
    'ram:LineTotalAmount ram:ChargeTotalAmount ram:AllowanceTotalAmount ram:TaxBasisTotalAmount ram:TaxTotalAmount ' +
    'ram:RoundingAmount? ram:GrandTotalAmount ram:TotalPrepaidAmount ram:DuePayableAmount',
  'ram:InvoiceReferencedDocument': 'ram:IssuerAssignedID ram:FormattedIssueDateTime?',
  'ram:FormattedIssueDateTime': 'qdt:DateTimeString',
};

/** Where a file is not as its schema says: elements that are unknown, missing, too many or out of order. */
export function structureFaults(root: XmlElement): readonly string[] {
  const parts = root.name.startsWith('rsm:') ? CII_PARTS : UBL_PARTS;
  return faultsIn(root, parts);
}

function faultsIn({ name, content }: XmlElement, parts: Readonly<Record<string, string>>): readonly string[] {
  if (typeof content === 'string') return name in parts ? [`${name} holds text`] : [];
  const allowed = parts[name];
  if (allowed === undefined) return [`${name} is unknown`];
  // Each name with a mark behind it, so that no name is the beginning of another.
  const pattern = allowed.split(' ').map((part) => {
    const many = /[?*+]$/.exec(part)?.[0] ?? '';
    return `(?:${many === '' ? part : part.slice(0, -1)};)${many}`;
  });
  const seen = content.map((child) => `${child.name};`).join('');
  const own = new RegExp(`^${pattern.join('')}$`).test(seen) ? [] : [`${name} holds ${seen}`];
  return [...own, ...content.flatMap((child) => faultsIn(child, parts))];
}
