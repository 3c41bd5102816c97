import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencyCode } from '../money/currency.ts';
import { EUR, unwrap } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { formatDate } from '../time/calendar-date.ts';
import { readCamt } from './camt/read-camt.ts';
import { readCsv } from './csv/read-csv.ts';
import { type CsvMapping, readStatementCsv } from './csv/statement-csv.ts';
import { inside, readXml, textAt } from './read-xml.ts';
import { factsOf } from './statement.ts';

const file = (version: string, entries: string) => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>${entries}</Stmt></BkToCstmrStmt></Document>`;

const entry = (amount: string, rest: string, sign = 'CRDT', status = '<Sts>BOOK</Sts>') =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${sign}</CdtDbtInd>${status}<BookgDt><Dt>2026-03-05</Dt></BookgDt>
   <ValDt><Dt>2026-03-06</Dt></ValDt>${rest}</Ntry>`;

const PAID = `<AcctSvcrRef>BANK-1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E2E</EndToEndId></Refs>
  <RltdPties><Dbtr><Nm>Ada &amp; Co</Nm></Dbtr><DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct></RltdPties>
  <RmtInf><Ustrd>Invoice</Ustrd><Ustrd>BH-2026-000001</Ustrd><Strd><CdtrRefInf><Ref>RF46BH2026000001</Ref></CdtrRefInf></Strd></RmtInf>
  </TxDtls></NtryDtls>`;

const linesOf = (source: string) => unwrap(readCamt(source)).statements.flatMap(({ lines }) => lines);

describe('camt.053', () => {
  test('I273 the versions 02, 04 and 08 tell the same payment in the same words', () => {
    const v8 = PAID.replace(
      '<Dbtr><Nm>Ada &amp; Co</Nm></Dbtr>',
      '<Dbtr><Pty><Nm>Ada &#38; Co</Nm></Pty></Dbtr>',
    );
    const lines = [
      ...linesOf(file('02', entry('119.00', PAID))),
      ...linesOf(file('04', entry('119', PAID))),
      ...linesOf(file('08', entry('0119.0000', v8, 'CRDT', '<Sts><Cd>BOOK</Cd></Sts>'))),
    ];
    for (const { bookedOn, valueOn, ...line } of lines) {
      expect([formatDate(bookedOn), valueOn === null ? null : formatDate(valueOn)]).toEqual([
        '2026-03-05',
        '2026-03-06',
      ]);
      expect(line).toEqual({
        amountMinor: 11900n,
        currency: 'EUR',
        isReversal: false,
        name: 'Ada & Co',
        iban: 'NL91ABNA0417164300',
        reference: 'RF46BH2026000001',
        text: 'Invoice BH-2026-000001',
        endToEndId: 'E2E',
        bankReference: 'BANK-1',
        chargesMinor: 0n,
      });
    }
    const read = unwrap(readCamt(file('08', '')));
    expect([read.format, read.statements[0]?.iban]).toEqual(['camt.053.001.08', 'DE89370400440532013000']);
  });

  test('I273 a batch gives one line each; where its parts do not add up it stays one', () => {
    const tx = (amount: string) =>
      `<TxDtls><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>`;
    const batch = (amount: string, more = '') =>
      linesOf(
        file(
          '04',
          entry(amount, `<AcctSvcrRef>B</AcctSvcrRef>${more}<NtryDtls>${tx('10')}${tx('5.50')}</NtryDtls>`),
        ),
      );
    expect(batch('15.50').map((line) => [line.amountMinor, line.bankReference])).toEqual([
      [1000n, 'B/1'],
      [550n, 'B/2'],
    ]);
    expect(batch('15.40').map(({ amountMinor }) => amountMinor)).toEqual([1540n]);
    const charged = batch(
      '15.40',
      '<Chrgs><Rcrd><Amt Ccy="EUR">0.10</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>',
    );
    expect(charged.map(({ amountMinor }) => amountMinor)).toEqual([1000n, 550n, -10n]);
    const old =
      '<NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">1</Amt></TxAmt></AmtDtls></TxDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">2</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls>';
    expect(linesOf(file('02', entry('3', old))).map(({ amountMinor }) => amountMinor)).toEqual([100n, 200n]);
    const plain = '<Chrgs><Amt Ccy="EUR">1.00</Amt></Chrgs>';
    expect(linesOf(file('02', entry('99', plain)))[0]).toMatchObject({
      amountMinor: 9900n,
      chargesMinor: 100n,
    });
  });

  test('I273 what was returned says so, what is announced waits, what is worth nothing is left out', () => {
    const returned = PAID.replace('<RmtInf>', '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf><RmtInf>');
    const [one, two] = linesOf(
      file('04', entry('5', `<RvslInd>true</RvslInd>${PAID}`, 'DBIT') + entry('6', returned, 'DBIT')),
    );
    expect([one?.amountMinor, one?.isReversal, one?.name]).toEqual([-500n, true, 'Ada & Co']);
    expect([two?.amountMinor, two?.isReversal, two?.name]).toEqual([-600n, true, 'Ada & Co']);
    const [statement] = unwrap(
      readCamt(
        file(
          '02',
          entry('5', '', 'CRDT', '<Sts>PDNG</Sts>') +
            entry('0.00', '') +
            entry('1', '', 'CRDT', '<Sts>INFO</Sts>'),
        ),
      ),
    ).statements;
    expect([statement?.lines.length, statement?.pendingCount]).toEqual([0, 1]);
  });

  test('I273 every fault of a file is told with its place, and nothing of it is taken', () => {
    const bad =
      entry('1,5', '') + entry('1', '', 'BOTH') + entry('1', '').replaceAll('2026-03-0', '2026-02-3');
    const read = readCamt(file('02', bad + entry('1', '').replace('"EUR"', '"XXQ"')));
    expect(codeOf(read)).toBe('statement.faults');
    expect(read.ok ? null : read.refusal.facts).toEqual({
      count: 4,
      faults: [
        { place: 'statement 1, entry 1', detail: 'The amount is not a figure in a known currency.' },
        { place: 'statement 1, entry 2', detail: 'It is not said whether the money came in or went out.' },
        { place: 'statement 1, entry 3', detail: 'The day of booking is missing or does not exist.' },
        { place: 'statement 1, entry 4', detail: 'The amount is not a figure in a known currency.' },
      ],
    });
    expect(codeOf(readCamt(file('02', '').replace('camt.053', 'camt.052')))).toBe('statement.format');
    expect(codeOf(readCamt('<html/>'))).toBe('statement.format');
  });

  test('I273 lines keep their names when a file is read again, and twins are two', () => {
    const lines = linesOf(file('02', entry('5', '') + entry('5', '') + entry('5', PAID) + entry('5', PAID)));
    expect(new Set(factsOf(lines)).size).toBe(4);
    expect(factsOf(lines)).toEqual(factsOf(lines));
    expect(factsOf(lines.slice(0, 1))).toEqual(factsOf(lines).slice(0, 1));
  });
});

describe('the XML that is read', () => {
  test('I272 a document type, entities of its own, and what grows by them are refused', () => {
    const laughs = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>`;
    for (const bad of [
      laughs,
      '<a>&b;</a>',
      '<a>&#0;</a>',
      '<a>&#xD800;</a>',
      '<a>&amp</a>',
      '<a b="1" b="2"/>',
      '<a b=1/>',
      '<a><?php ?></a>',
      '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
      '<a>',
      '<a></b>',
      '</a>',
      '<a/><b/>',
      '<a/>text',
      '<a',
      '<a><!-- </a>',
      '<a><![CDATA[ </a>',
      '<![CDATA[x]]>',
      '<?xml ',
      '',
      '<a>'.repeat(65) + '</a>'.repeat(65),
    ])
      expect([bad, codeOf(readXml(bad))]).toEqual([bad, 'xml.not_read']);
    expect(codeOf(readXml('x'.repeat(32_000_001)))).toBe('xml.too_large');
  });

  test('I272 text, CDATA, comments, attributes and prefixes are read as they are written', () => {
    const root = unwrap(
      readXml(
        '\ufeff<?xml version="1.0"?>\n<!-- a --><p:a x=\'1&lt;\' ><b> 1 &gt; <![CDATA[<&]]> </b><c/><b>&#x20AC;</b></p:a >\n',
      ),
    );
    expect([
      root.name,
      root.attributes.get('x'),
      textAt(root, 'b'),
      textAt(root, 'c'),
      textAt(root, 'd', 'e'),
    ]).toEqual(['a', '1<', '1 > <&', null, null]);
    expect(inside(root, 'b')?.children).toEqual([]);
    expect(root.children.at(-1)?.text).toBe('€');
  });

  test('I272 whatever it is given it answers', () => {
    const pieces = [
      '<a>',
      '</a>',
      '<a/>',
      '&lt;',
      '&',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      ' x="1"',
      'text',
      '<',
      '>',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        expect(['ok', 'xml.not_read']).toContain(codeOf(readXml(parts.join(''))));
      }),
    );
  });
});

const MAPPING: CsvMapping = {
  delimiter: ';',
  decimalMark: ',',
  dateFormat: 'DD.MM.YYYY',
  bookedOn: 'Buchungstag',
  valueOn: 'Valuta',
  amount: 'Betrag',
  moneyIn: null,
  moneyOut: null,
  currency: 'Währung',
  name: 'Name',
  iban: 'IBAN',
  reference: null,
  text: ['Zweck', 'Zusatz'],
  endToEndId: null,
  bankReference: null,
};

const HEAD = '"Konto 1";;\n\nBuchungstag;Valuta;Betrag;Währung;Name;IBAN;Zweck;Zusatz\r\n';

describe('CSV', () => {
  test('I273 is read by the declared columns, wherever the headings stand', () => {
    const source = `${HEAD}05.03.2026;06.03.2026;"1.119,00";EUR;"Ada ""A"" Lovelace";NL91 ABNA 0417 1643 00;"Rechnung;\n1";x\r\n6.3.2026;;-12,5;;;;;\n07.03.2026;;0,00;EUR;;;;`;
    const { lines } = unwrap(readStatementCsv(source, MAPPING, EUR));
    expect(lines.map(({ amountMinor, name, iban, text }) => ({ amountMinor, name, iban, text }))).toEqual([
      { amountMinor: 111900n, name: 'Ada "A" Lovelace', iban: 'NL91ABNA0417164300', text: 'Rechnung; 1 x' },
      { amountMinor: -1250n, name: null, iban: null, text: '' },
    ]);
    expect(lines.map(({ bookedOn }) => formatDate(bookedOn))).toEqual(['2026-03-05', '2026-03-06']);
  });

  test('I273 money in and out in columns of their own, other marks, other days', () => {
    const mapping: CsvMapping = {
      ...MAPPING,
      delimiter: ',',
      decimalMark: '.',
      dateFormat: 'MM/DD/YYYY',
      bookedOn: 'Date',
      valueOn: null,
      amount: null,
      moneyIn: 'In',
      moneyOut: 'Out',
      currency: null,
      name: null,
      iban: null,
      text: ['Text'],
    };
    const source =
      'Date,In,Out,Text\n03/05/2026,"1,000.10",,a\n03/06/2026,,20.00,b\n03/07/2026,,-20,c\n03/08/2026,5-,,d';
    const read = unwrap(readStatementCsv(source, mapping, currencyCode('GBP')));
    expect(read.lines.map(({ amountMinor }) => amountMinor)).toEqual([100010n, -2000n, -2000n, -500n]);
    const short = { ...mapping, dateFormat: 'DD.MM.YY' as const };
    expect(unwrap(readStatementCsv('Date,In,Out,Text\n05.03.26,1,,', short, EUR)).lines[0]?.bookedOn).toBe(
      20517,
    );
  });

  test('I273 every fault is told with its line', () => {
    const source = `${HEAD}31.02.2026;;1;EUR;;;;\n05.03.2026;;1.5;EUR;;;;\n05.03.2026;;1;XXQ;;;;\n05.03.2026;;-1-;EUR;;;;`;
    const read = readStatementCsv(source, MAPPING, EUR);
    expect(read.ok ? null : read.refusal.facts).toEqual({
      count: 4,
      faults: [
        { place: 'line 4', detail: 'The day of booking is not a day written as DD.MM.YYYY.' },
        { place: 'line 5', detail: 'The amount is not a figure as the mapping says.' },
        { place: 'line 6', detail: 'The currency XXQ is not known.' },
        { place: 'line 7', detail: 'The amount is not a figure as the mapping says.' },
      ],
    });
    expect(codeOf(readStatementCsv('a;b\n', MAPPING, EUR))).toBe('statement.faults');
    expect(codeOf(readStatementCsv('"a', MAPPING, EUR))).toBe('csv.quotes');
    expect(codeOf(readCsv('"a"b;c', ';'))).toBe('csv.quotes');
    expect(unwrap(readCsv('a;\n\n"b";"c"', ';')).map(({ line, cells }) => [line, cells])).toEqual([
      [1, ['a', '']],
      [3, ['b', 'c']],
    ]);
  });
});
