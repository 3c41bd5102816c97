import { ok, type Result, refuse } from '../../kernel/result.ts';
import { parseIban } from '../iban.ts';
import { childrenOf, readXml, textAt, type XmlElement } from '../read-xml.ts';
import type { Statement, StatementFault } from '../statement.ts';
import { linesOfEntry } from './entry.ts';

const NAMESPACE = /^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(0[2-9]|1[0-3])$/;

export interface CamtFile {
  /** Such as `camt.053.001.08`. */
  readonly format: string;
  readonly statements: readonly Statement[];
}

/**
 * Reads a bank statement of ISO 20022, camt.053.001 in the versions 02 to 13. Movements that are only announced are
 * counted and left out. A batch with details gives one line each; where the details do not add up to the entry, it
 * stays one line, because the entry is what was booked.
 * Refusals: those of XML, `statement.format` for another document, `statement.faults` with every place in `facts`.
 */
export function readCamt(source: string): Result<CamtFile> {
  const document = readXml(source);
  if (!document.ok) return document;
  const space = [...document.value.attributes].find(
    ([name, value]) => (name === 'xmlns' || name.startsWith('xmlns:')) && NAMESPACE.test(value),
  )?.[1];
  const message = childrenOf(document.value, 'BkToCstmrStmt')[0];
  if (document.value.name !== 'Document' || space === undefined || message === undefined) {
    return refuse(
      'statement.format',
      'This is no bank statement of the kind camt.053.001, versions 02 to 13.',
    );
  }
  const faults: StatementFault[] = [];
  const statements = childrenOf(message, 'Stmt').map((statement, index) =>
    readStatement(statement, `statement ${index + 1}`, faults),
  );
  if (faults.length > 0) return refuseFaults(faults);
  return ok({ format: space.slice(space.lastIndexOf(':') + 1), statements });
}

function readStatement(element: XmlElement, place: string, faults: StatementFault[]): Statement {
  const iban = parseIban(textAt(element, 'Acct', 'Id', 'IBAN') ?? '');
  let pendingCount = 0;
  const lines = childrenOf(element, 'Ntry').flatMap((entry, index) => {
    const status = textAt(entry, 'Sts', 'Cd') ?? textAt(entry, 'Sts') ?? 'BOOK';
    if (status !== 'BOOK') {
      if (status === 'PDNG') pendingCount++;
      return [];
    }
    return linesOfEntry(entry, `${place}, entry ${index + 1}`, faults);
  });
  return { id: textAt(element, 'Id'), iban: iban.ok ? iban.value : null, lines, pendingCount };
}

/** All faults of a file at once; the first hundred are told. */
export function refuseFaults(faults: readonly StatementFault[]) {
  return refuse('statement.faults', 'The file has faults. Nothing of it was taken.', {
    count: faults.length,
    faults: faults.slice(0, 100).map(({ place, detail }) => ({ place, detail })),
  });
}
