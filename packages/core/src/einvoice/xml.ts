/** An element as written: attributes in the order given, and either text or elements inside. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string | readonly XmlElement[];
}

type Child = XmlElement | null | readonly (XmlElement | null)[];

/** An element with what stands inside; null is left out. */
export function group(name: string, ...children: readonly Child[]): XmlElement {
  const content = children.flat().filter((child): child is XmlElement => child !== null);
  return { name, attributes: {}, content };
}

/** As `group`, but left out as a whole where nothing stands inside. */
export function groupIfAny(name: string, ...children: readonly Child[]): XmlElement | null {
  const element = group(name, ...children);
  return element.content.length === 0 ? null : element;
}

/** An element with text; null for no text. */
export function text(
  name: string,
  value: string | null,
  attributes: Readonly<Record<string, string>> = {},
): XmlElement | null {
  return value === null ? null : { name, attributes, content: value };
}

// Characters that XML 1.0 cannot carry, not even escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be taken out.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escaped(value: string): string {
  return value
    .toWellFormed()
    .replace(FORBIDDEN, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** The bytes of a document in UTF-8 as text, two spaces a level. The same tree gives the same text. */
export function xmlText(root: XmlElement): string {
  const rows = ['<?xml version="1.0" encoding="UTF-8"?>'];
  write(root, '', rows);
  return `${rows.join('\n')}\n`;
}

function write({ name, attributes, content }: XmlElement, indent: string, rows: string[]): void {
  const opened = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const open = `${indent}<${name}${opened.join('')}>`;
  if (typeof content === 'string') {
    rows.push(`${open}${escaped(content)}</${name}>`);
    return;
  }
  rows.push(open);
  for (const child of content) write(child, `${indent}  `, rows);
  rows.push(`${indent}</${name}>`);
}
