import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** A whole page. `narrow` pages have one column. */
export function page(title: string, content: Html, narrow = false): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title><style>${{ html: STYLE }}</style></head>
<body><header class="banner">Sandbox checkout: no real money</header><main class="${narrow ? 'narrow' : ''}">${content}</main></body></html>`
    .html;
}

/** A page that only says something, with a way on. */
export function notice(
  title: string,
  text: string,
  link: { readonly href: string; readonly label: string } | null,
): string {
  return page(
    title,
    html`<section class="card"><h1 class="title">${title}</h1><p>${text}</p>${
      link === null ? null : html`<p><a href="${link.href}">${link.label}</a></p>`
    }</section>`,
    true,
  );
}
