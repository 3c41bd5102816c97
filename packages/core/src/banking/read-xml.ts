import { ok, type Result, refuse } from '../kernel/result.ts';

/** One element. Prefixes of names are left out: bank messages have one namespace. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, put together, without space around it. */
  readonly text: string;
}

const LIMITS = { characters: 32_000_000, elements: 1_000_000, depth: 64 };
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const NAME = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?';
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const OPENING = new RegExp(`<(${NAME})`, 'y');
const CLOSING = new RegExp(`</(${NAME})\\s*>`, 'y');
const MARKUP_END = /\s*(\/?)>/y;

type Open = { qualified: string; element: Growing };
type Growing = {
  name: string;
  attributes: Map<string, string>;
  children: Growing[];
  text: string;
};

class XmlFault extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/**
 * Reads the part of XML 1.0 that bank messages use: elements, attributes, text, CDATA, comments, the five named
 * entities and numeric ones. A document type, any other entity and processing instructions are refused, so that nothing
 * is fetched and nothing grows. Refusal: `xml.not_read` with the position of the fault, `xml.too_large`.
 */
export function readXml(source: string): Result<XmlElement> {
  if (source.length > LIMITS.characters)
    return refuse('xml.too_large', 'A file of XML has up to 32 million characters.');
  try {
    return ok(parse(source));
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    return refuse('xml.not_read', `At character ${error.position + 1}: ${error.message}`, {
      position: error.position + 1,
    });
  }
}

function parse(source: string): XmlElement {
  let at = afterDeclaration(source);
  const open: Open[] = [];
  let root: Growing | null = null;
  let count = 0;
  while (at < source.length) {
    const next = source.indexOf('<', at);
    const end = next === -1 ? source.length : next;
    addText(open, source.slice(at, end), at);
    at = end;
    if (next === -1) break;
    if (source.startsWith('<!', at)) at = special(source, at, open);
    else if (source.startsWith('</', at)) at = close(source, at, open);
    else {
      if (open.length === 0 && root !== null) throw new XmlFault('There is more than one outer element.', at);
      if (++count > LIMITS.elements) throw new XmlFault('There are too many elements.', at);
      const tag = readTag(source, at);
      at = tag.end;
      const element = { name: local(tag.name), attributes: tag.attributes, children: [], text: '' };
      open.at(-1)?.element.children.push(element);
      root ??= element;
      if (!tag.isEmpty) open.push({ qualified: tag.name, element });
      if (open.length > LIMITS.depth) throw new XmlFault('Elements are nested too deeply.', at);
    }
  }
  if (open.length > 0) throw new XmlFault(`The element ${open.at(-1)?.qualified} has no end.`, source.length);
  if (root === null) throw new XmlFault('There is no element.', source.length);
  return root;
}

function afterDeclaration(source: string): number {
  const start = source.startsWith('\ufeff') ? 1 : 0;
  if (!source.startsWith('<?xml', start)) return start;
  const end = source.indexOf('?>', start);
  if (end === -1) throw new XmlFault('The XML declaration has no end.', start);
  return end + 2;
}

/** A comment or CDATA; everything else that begins so is refused. */
function special(source: string, at: number, open: readonly Open[]): number {
  if (source.startsWith('<!--', at)) {
    const end = source.indexOf('-->', at + 4);
    if (end === -1) throw new XmlFault('A comment has no end.', at);
    return end + 3;
  }
  const parent = open.at(-1);
  if (!source.startsWith('<![CDATA[', at) || parent === undefined)
    throw new XmlFault('Document types and declarations are not read.', at);
  const end = source.indexOf(']]>', at + 9);
  if (end === -1) throw new XmlFault('A CDATA section has no end.', at);
  parent.element.text += source.slice(at + 9, end);
  return end + 3;
}

function close(source: string, at: number, open: Open[]): number {
  CLOSING.lastIndex = at;
  const found = CLOSING.exec(source);
  const last = open.pop();
  if (found === null || last === undefined || last.qualified !== found[1])
    throw new XmlFault('An end tag does not fit.', at);
  last.element.text = last.element.text.trim();
  return CLOSING.lastIndex;
}

function readTag(source: string, at: number) {
  OPENING.lastIndex = at;
  const found = OPENING.exec(source);
  const name = found?.[1];
  if (name === undefined) throw new XmlFault('This is no tag that is read.', at);
  const attributes = new Map<string, string>();
  let position = OPENING.lastIndex;
  for (;;) {
    ATTRIBUTE.lastIndex = position;
    const attribute = ATTRIBUTE.exec(source);
    if (attribute === null) break;
    const key = attribute[1] ?? '';
    if (attributes.has(key)) throw new XmlFault(`The attribute ${key} stands twice.`, position);
    attributes.set(key, unescaped(attribute[2] ?? attribute[3] ?? '', position));
    position = ATTRIBUTE.lastIndex;
  }
  MARKUP_END.lastIndex = position;
  const end = MARKUP_END.exec(source);
  if (end === null) throw new XmlFault(`The tag ${name} is not closed.`, position);
  return { name, attributes, isEmpty: end[1] === '/', end: MARKUP_END.lastIndex };
}

function addText(open: readonly Open[], raw: string, at: number): void {
  const parent = open.at(-1);
  if (parent !== undefined) parent.element.text += unescaped(raw, at);
  else if (raw.trim() !== '') throw new XmlFault('There is text outside of the elements.', at);
}

function unescaped(raw: string, at: number): string {
  if (!raw.includes('&')) return raw;
  return raw.replaceAll(/&([^;&]{0,12})(;?)/g, (_, body: string, end: string, offset: number) => {
    const character = end === ';' ? entity(body) : undefined;
    if (character === undefined) throw new XmlFault('An entity is not known.', at + offset);
    return character;
  });
}

function entity(body: string): string | undefined {
  const number = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(body);
  if (number === null) return Object.hasOwn(NAMED, body) ? NAMED[body] : undefined;
  const point = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
  const isCharacter =
    point === 9 ||
    point === 10 ||
    point === 13 ||
    (point >= 32 && point <= 0x10ffff && (point & 0xfffffe) !== 0xfffe);
  return isCharacter && !(point >= 0xd800 && point <= 0xdfff) ? String.fromCodePoint(point) : undefined;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The first child of this name, and of that the next; undefined where one is missing. */
export function inside(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}

/** The text at a path; null where there is none. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | null {
  const text = inside(element, ...path)?.text;
  return text === undefined || text === '' ? null : text;
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}
