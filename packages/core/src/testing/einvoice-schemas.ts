import { readFileSync } from 'node:fs';
import { XmlBufferInputProvider, XmlDocument, XsdValidator, xmlRegisterInputProvider } from 'libxml2-wasm';

const FOLDER = new URL('../../fixtures/schemas/', import.meta.url);
const UBL = [
  'maindoc/UBL-Invoice-2.1',
  'maindoc/UBL-CreditNote-2.1',
  'common/UBL-CommonAggregateComponents-2.1',
  'common/UBL-CommonBasicComponents-2.1',
  'common/UBL-CommonExtensionComponents-2.1',
  'common/UBL-QualifiedDataTypes-2.1',
  'common/UBL-UnqualifiedDataTypes-2.1',
  'common/CCTS_CCT_SchemaModule-2.1',
].map((name) => `ubl-2.1/${name}.xsd`);
const CII = [
  '',
  ...['QualifiedDataType', 'ReusableAggregateBusinessInformationEntity', 'UnqualifiedDataType'],
]
  .map((part) => (part === '' ? '' : `_urn_un_unece_uncefact_data_standard_${part}_100`))
  .map((part) => `factur-x-1.07.3/Factur-X_1.07.3_EN16931${part}.xsd`);

/** What stands in an extension is for whoever extends UBL to say. We write none, and so neither need signatures. */
const NO_EXTENSIONS = `<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  targetNamespace="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">
  <xsd:complexType name="ExtensionContentType"><xsd:sequence/></xsd:complexType>
</xsd:schema>`;

/** The schema of each root element, by its namespace. */
const ROOTS: readonly (readonly [string, string])[] = [
  ['urn:oasis:names:specification:ubl:schema:xsd:Invoice-2', 'ubl-2.1/maindoc/UBL-Invoice-2.1.xsd'],
  ['urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2', 'ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd'],
  [
    'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
    'factur-x-1.07.3/Factur-X_1.07.3_EN16931.xsd',
  ],
];

const read = (name: string) => readFileSync(new URL(name, FOLDER));
const validators = new Map<string, XsdValidator>();

function validatorOf(name: string): XsdValidator {
  const known = validators.get(name);
  if (known !== undefined) return known;
  if (validators.size === 0) {
    const files = Object.fromEntries([...UBL, ...CII].map((file) => [file, read(file)]));
    const extension = 'ubl-2.1/common/UBL-ExtensionContentDataType-2.1.xsd';
    xmlRegisterInputProvider(
      new XmlBufferInputProvider({ ...files, [extension]: Buffer.from(NO_EXTENSIONS) }),
    );
  }
  using schema = XmlDocument.fromBuffer(read(name), { url: name });
  const made = XsdValidator.fromDoc(schema);
  validators.set(name, made);
  return made;
}

/** What of a file its published schema (UBL 2.1, Factur-X in the profile EN 16931) does not allow, in its own words. */
export function schemaFaults(xml: string): readonly string[] {
  using document = XmlDocument.fromString(xml);
  const root = ROOTS.find(([namespace]) => namespace === document.root.namespaceUri);
  if (root === undefined) return [`${document.root.name} is the root of no schema`];
  try {
    validatorOf(root[1]).validate(document);
    return [];
  } catch (error) {
    const { details } = error as { details?: { message: string }[] };
    if (details === undefined) throw error;
    return details.map(({ message }) => message.trim());
  }
}
