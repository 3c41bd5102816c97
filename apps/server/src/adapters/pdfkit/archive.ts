import type { InvoiceDocument } from '../../modules/invoicing/document.ts';

type Pdf = PDFKit.PDFDocument;

/** The parts of pdfkit that its types do not name. */
type Metadata = { _addInfo: () => void; appendXML(xml: string): void };

const NAMESPACE = 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#';
const FILE = 'factur-x.xml';

/** What the schema of Factur-X adds to the metadata; PDF/A wants a description of each. */
const PROPERTIES = [
  ['DocumentFileName', 'The name of the embedded file'],
  ['DocumentType', 'The type of the document'],
  ['Version', 'The version of the schema of the embedded file'],
  ['ConformanceLevel', 'The profile of the embedded file'],
] as const;

/**
 * Says in the metadata what the document is, in place of what pdfkit writes there, which does not escape names. With
 * an e-invoice it is attached as `factur-x.xml`, as another form of the same document, and named in the metadata.
 */
export function describe(pdf: Pdf, document: InvoiceDocument): void {
  const metadata = pdf as unknown as Metadata;
  metadata._addInfo = () => {
    metadata.appendXML(infoOf(pdf));
    if (document.eInvoice) metadata.appendXML(facturX());
  };
  if (!document.eInvoice) return;
  const day = new Date(`${document.issuedOn}T00:00:00Z`);
  const options = {
    name: FILE,
    type: 'text/xml',
    description: 'Factur-X invoice',
    relationship: 'Alternative',
    creationDate: day,
    modifiedDate: day,
  };
  pdf.file(Buffer.from(document.eInvoice, 'utf8'), options);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The same facts as in the information dictionary: PDF/A wants both to agree. */
function infoOf({ info }: Pdf): string {
  const at = `${info.CreationDate?.toISOString().split('.')[0]}Z`;
  const language = (name: string, text: string) =>
    `<dc:${name}><rdf:Alt><rdf:li xml:lang="x-default">${escaped(text)}</rdf:li></rdf:Alt></dc:${name}>`;
  return `
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreateDate>${at}</xmp:CreateDate>
<xmp:ModifyDate>${at}</xmp:ModifyDate>
<xmp:CreatorTool>${escaped(info.Creator ?? '')}</xmp:CreatorTool>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
${language('title', info.Title ?? '')}
<dc:creator><rdf:Seq><rdf:li>${escaped(info.Author ?? '')}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>${escaped(info.Producer ?? '')}</pdf:Producer>
</rdf:Description>`;
}

function facturX(): string {
  const described = PROPERTIES.map(
    ([name, text]) => `<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>${name}</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>${text}</pdfaProperty:description>
</rdf:li>`,
  );
  return `
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>${NAMESPACE}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
${described.join('\n')}
</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="${NAMESPACE}">
<fx:DocumentType>INVOICE</fx:DocumentType>
<fx:DocumentFileName>${FILE}</fx:DocumentFileName>
<fx:Version>1.0</fx:Version>
<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
</rdf:Description>`;
}
