import { INK, PAGE } from './layout.ts';

type Pdf = PDFKit.PDFDocument;
export type Structure = PDFKit.PDFStructureElement;

/** Draws a piece of content as an element of the structure, so that readers know what it is and in which order. */
export function tagged(
  pdf: Pdf,
  parent: Structure,
  type: string,
  draw: () => void,
  options: { alt?: string } = {},
): void {
  const content = pdf.markStructureContent(type);
  draw();
  pdf.endMarkedContent();
  parent.add(pdf.struct(type, options, [content]));
}

/** Draws what carries no meaning: rules, and what stands on every page. */
export function asArtifact(pdf: Pdf, type: 'Layout' | 'Pagination', draw: () => void): void {
  pdf.markContent('Artifact', { type });
  draw();
  pdf.endMarkedContent();
}

/** An element that others stand in. */
export function inside(pdf: Pdf, parent: Structure, type: string): Structure {
  const element = pdf.struct(type);
  parent.add(element);
  return element;
}

/** A hairline over the whole width. */
export function rule(pdf: Pdf, y: number): void {
  asArtifact(pdf, 'Layout', () => {
    pdf
      .moveTo(PAGE.left, y)
      .lineTo(PAGE.width - PAGE.right, y)
      .lineWidth(0.5)
      .strokeColor(INK.line)
      .stroke();
  });
}
