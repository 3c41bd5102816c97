import { createHash } from 'node:crypto';

/** The pages' style sheet. It stands in the page, so that a page is one request. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fbfaf8;--surface:#fff;--line:#dedbd6;--strong:#8a857c;--text:#1f1d1a;--muted:#625d55;--accent:#17603f;--on-accent:#fff;--problem:#a4262c;--problem-bg:#fbecec;--notice:#6b4e00;--notice-bg:#fbf3dc}
@media (prefers-color-scheme:dark){:root{--bg:#11110f;--surface:#1a1917;--line:#3a3733;--strong:#8f8a82;--text:#eeebe6;--muted:#b0aaa1;--accent:#6cc497;--on-accent:#0c2418;--problem:#ff9c98;--problem-bg:#3b1f1f;--notice:#f0d58a;--notice-bg:#342b14}}
*{box-sizing:border-box}
body{margin:0;-webkit-font-smoothing:antialiased;background:var(--bg);color:var(--text);font:16px/1.5 Inter,system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif}
.banner{margin:0;padding:8px 16px;background:var(--notice-bg);color:var(--notice);font-size:14px;text-align:center}
main{max-width:880px;margin:0 auto;padding:24px 16px 40px;display:grid;gap:32px}
main.narrow{max-width:460px}
@media (min-width:760px){main{padding-top:56px}main:not(.narrow){grid-template-columns:1fr 1fr;gap:56px}main:not(.narrow) section:first-child{padding-top:24px}}
h1{margin:0 0 4px;font-size:16px;font-weight:600;overflow-wrap:anywhere}
h2,.title{margin:0 0 16px;font-size:20px;line-height:1.3;font-weight:600}
.card{align-self:start;padding:24px;border:1px solid var(--line);border-radius:10px;background:var(--surface)}
.card p{margin:0 0 12px}
.card .error,.card .field .hint{margin:4px 0 0}
.card .alert,.card form{margin:0 0 16px}
.card form:last-child{margin-bottom:0}
.card .muted+form{margin-top:20px}
.total{margin:0 0 24px;font-size:28px;font-weight:600;font-variant-numeric:tabular-nums}
table{width:100%;border-collapse:collapse;font-size:14px}
td{padding:10px 0;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td:last-child{text-align:right;white-space:nowrap;padding-left:16px;font-variant-numeric:tabular-nums}
tr.sum td{font-weight:600}
.muted,.hint{color:var(--muted);font-size:14px}
.hint{margin:4px 0 0}
label{display:block;margin:0 0 4px;font-size:14px;font-weight:500}
input{width:100%;padding:10px 12px;border:1px solid var(--strong);border-radius:6px;background:var(--surface);color:var(--text);font:inherit;font-variant-numeric:tabular-nums}
input[aria-invalid=true]{border-color:var(--problem)}
input:focus-visible,button:focus-visible,a:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.field{margin:0 0 16px}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:12px}
.error{margin:4px 0 0;color:var(--problem);font-size:14px}
.alert{margin:0 0 16px;padding:12px;border-left:4px solid var(--problem);background:var(--problem-bg);color:var(--problem)}
button{width:100%;min-height:44px;padding:10px 16px;border:1px solid var(--accent);border-radius:6px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;cursor:pointer}
button.second{background:transparent;color:var(--text);border-color:var(--strong);margin-top:12px}
a{color:var(--accent)}
.back{display:block;text-align:center;font-size:14px}
details{margin-top:20px;padding-top:16px;border-top:1px solid var(--line);font-size:14px}
summary{cursor:pointer}
.card details .hint{margin:8px 0}
details td:first-child{white-space:nowrap}
details td{padding:8px 0}
details td:last-child{white-space:normal;font-size:13px}
input::placeholder{color:var(--muted);opacity:1}
code{font-family:ui-monospace,monospace;font-size:12px}
`;

/** What the browser may load: this style sheet and nothing else. Forms may lead to the seller's site. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');
