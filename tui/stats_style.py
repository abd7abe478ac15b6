"""How the HTML page of `hashiya stats` looks: plots beside their tables, or above them where there is no room."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c1e21; --faint: #5b6168; --rule: #d9dce0; --bar: #2f6fab; --notice: #fdf1d8;
}
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #16181b; --ink: #e6e8ea; --faint: #a3a9b0; --rule: #3a3f45; --bar: #6ea8dc; --notice: #3d3113; }
}
body {
  margin: 0 auto; padding: 1.5rem; max-width: 68rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans Arabic", "DejaVu Sans", sans-serif;
}
h1 { margin: 0; font-size: 1.8rem; line-height: 1.3; overflow-wrap: anywhere; }
h2 { margin: 0; font-size: 1.2rem; }
section > h2, section > p { flex: 100%; margin: 0; }
h3 { margin: 0 0 .5rem; font-size: 1rem; font-weight: 600; }
header > p { margin: .25rem 0 1rem; color: var(--faint); }
.notice { margin: 1rem 0; padding: .75rem 1rem; background: var(--notice); border: 1px solid var(--rule); }
.notice p, .notice ul { margin: 0; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: .5rem; }
.figures { margin: 1rem 0; padding: 0; list-style: none; }
.figures li { padding: .5rem .75rem; border: 1px solid var(--rule); }
.figures li { color: var(--faint); line-height: 1.3; }
.figures b { display: block; color: var(--ink); font-size: 1.5rem; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
section {
  display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: flex-start;
  margin-top: 2rem; padding-top: 1.25rem; border-top: 1px solid var(--rule);
}
section > div { flex: 0 1 500px; min-width: 0; }
figure { margin: 0; flex: 0 1 500px; min-width: 0; }
figcaption, caption { color: var(--faint); font-size: .875rem; text-align: start; caption-side: bottom; }
svg { display: block; max-width: 100%; height: auto; overflow: visible; stroke-linejoin: round; stroke-linecap: butt; }
svg text { font-size: 13px; white-space: pre; }
table { flex: 1 1 18rem; min-width: 0; border-collapse: collapse; font-variant-numeric: tabular-nums; }
section > .wide { flex: 1 1 100%; }
div table { width: 100%; }
div > figure + table { margin-top: 1rem; }
th, td { padding: .2rem .5rem; border-bottom: 1px solid var(--rule); text-align: end; vertical-align: top; }
th { font-weight: 400; }
thead th { color: var(--faint); font-size: .875rem; vertical-align: bottom; }
th:first-child { padding-inline-start: 0; text-align: start; min-width: 6rem; overflow-wrap: anywhere; }
@media screen and (max-width: 32rem) { .figures { grid-template-columns: repeat(2, 1fr); } }
footer { font-size: .875rem; }
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  section { gap: .5rem 1.5rem; margin-top: 1rem; padding-top: .75rem; }
  section > div, section > figure { flex-basis: 20rem; }
  section > table { flex-basis: 12rem; }
  section, tr, .figures, .notice { break-inside: avoid; }
}
"""
