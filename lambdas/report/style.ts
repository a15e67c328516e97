/** The page's style: one scale of sizes, two themes, print. Fonts are the reader's own. */
export const STYLE = `:root{color-scheme:light dark;--page:#fff;--ink:#1a1d21;--muted:#59616b;--line:#dfe3e8;--soft:#f5f6f8;--accent:#1f55b5;--past:#8ba3c7;--band:#1f55b526;--bad:#b3261e;--bad-soft:#fbe4e1;--warn:#7a4d00;--warn-soft:#fdeecb;--good:#1a6b3c;--on:#fff}
@media (prefers-color-scheme:dark){:root{--page:#15181c;--ink:#e7eaee;--muted:#a3acb8;--line:#31373f;--soft:#1d2127;--accent:#8ab4f8;--past:#56688a;--band:#8ab4f82e;--bad:#ff9d94;--bad-soft:#5c211c;--warn:#f2c66d;--warn-soft:#43330f;--good:#7fd3a0;--on:#10233f}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:72rem;margin:0 auto;padding:3rem 2rem 4rem}
h1{font-size:clamp(1.5rem,1rem + 2.2vw,2.25rem);line-height:1.2;letter-spacing:-.015em;font-weight:650;margin:.25rem 0 1.25rem;max-width:24em;text-wrap:balance}
h2{font-size:1.3rem;line-height:1.3;letter-spacing:-.01em;font-weight:650;margin:0 0 .75rem}
h3{font-size:1rem;margin:1.75rem 0 .5rem}
section{margin-top:3rem;padding-top:1.75rem;border-top:1px solid var(--line)}
p{max-width:46em;margin:.5rem 0 1rem;text-wrap:pretty}
.kicker,.muted,figcaption,.when{color:var(--muted)}
.kicker{margin:0;font-size:.9rem}
.story{list-style:none;margin:0;padding:0 0 0 1.1rem;border-left:3px solid var(--accent);max-width:50em}
.story li{margin:.4rem 0;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:1px;margin:2.25rem 0 0;border:1px solid var(--line);border-radius:8px;overflow:hidden}
.tiles div{box-shadow:0 0 0 1px var(--line);padding:.9rem 1.1rem;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.tiles dt{font-size:.85rem;color:var(--muted)}
.tiles dd{margin:0;font-size:1.6rem;line-height:1.25;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
figure{margin:0}
figcaption{font-size:.875rem;margin-top:.5rem;max-width:60em}
.scroll{overflow-x:auto}.scroll+.scroll{margin-top:2rem}.scroll+.muted{margin-top:1.25rem}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:3px}
svg{display:block;width:100%;min-width:58rem;height:auto;font-size:13px}
.narrow{max-width:46rem}.narrow svg{min-width:30rem}
svg text{fill:var(--ink)}svg .tick,svg .lane{fill:var(--muted)}svg .tick{font-size:12px;font-variant-numeric:tabular-nums}
svg .year{font-weight:600}svg .strong{fill:var(--ink);font-weight:650}
.grid{stroke:var(--line);fill:none}.rule{stroke:var(--line)}
.bar.now{fill:var(--accent)}.bar.past{fill:var(--past)}.bar.bad{fill:var(--bad)}
svg .on.now{fill:var(--on)}svg .on.past{fill:var(--ink)}svg .on.bad{fill:var(--page)}svg .side.bad{fill:var(--bad)}
.stop{stroke:var(--bad);stroke-width:2}
.window{fill:var(--soft);stroke:var(--line)}.window.drifted{fill:var(--bad-soft);stroke:var(--bad)}.window.insufficient{stroke-dasharray:3 2;stroke:var(--muted)}
svg .glyph.drifted{fill:var(--bad)}svg .glyph{font-size:11px}
.retrain{fill:var(--accent)}.trained{fill:none;stroke:var(--muted);stroke-width:1.5}svg .side.past{fill:var(--muted)}
.band{fill:var(--band);stroke:var(--band);stroke-width:3}.line{fill:none;stroke:var(--accent);stroke-width:2}
.holdout{fill:none;stroke:var(--muted);stroke-width:1.5;stroke-dasharray:5 4}.boundary{stroke:var(--muted)}
.point{fill:var(--accent);stroke:var(--page);stroke-width:1.5}.point.drifted{fill:var(--bad)}
.interval{fill:none;stroke-width:2}.interval.now{stroke:var(--accent)}.interval.past{stroke:var(--muted)}.dot.now{fill:var(--accent)}.dot.past{fill:var(--muted)}
.mark.line{color:var(--accent)}.mark.bad{color:var(--bad)}.mark.past{color:var(--past)}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:.875rem;padding:0 0 .5rem}
th,td{padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{color:var(--muted);font-weight:600;white-space:nowrap;vertical-align:bottom}
tbody th{font-weight:600}
.n{white-space:nowrap}
.reason{min-width:16rem;overflow-wrap:anywhere}
td code,.muted code{overflow-wrap:anywhere;font:.85em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.digests code{display:block;min-width:18rem}
.compact{width:auto;min-width:min(100%,36rem)}.compact th,.compact td{padding:.25rem 1.5rem .25rem 0}
.badge{white-space:nowrap;font-weight:600}.bad{color:var(--bad)}.warn{color:var(--warn)}.good{color:var(--good)}.now{color:var(--accent)}.badge.plain{font-weight:400}
.versions .badge{white-space:normal;display:inline-block;min-width:7.5rem}
.key{font-size:.875rem;color:var(--muted);max-width:none}.key span{white-space:nowrap}.at{min-width:7.5rem}
.level{display:inline-block;margin:0 .3rem 0 .9rem;padding:0 .45rem;border:1px solid var(--line);border-radius:3px;color:var(--ink)}.level:first-child{margin-left:0}
.drift{background:var(--bad-soft);color:var(--bad);font-weight:600}.near{background:var(--warn-soft);color:var(--warn)}.level.few,td.few{color:var(--muted);font-style:italic}
.heat{border-collapse:separate;border-spacing:2px;width:auto;font-size:.78rem;line-height:1.25}
.heat th,.heat td{border:0;padding:.3rem .1rem;text-align:center;white-space:nowrap}
.heat td{min-width:2.15rem;background:var(--soft);border-radius:3px;color:var(--muted);font-size:.7rem}
.heat td b{display:block;font-size:.78rem;color:var(--ink);font-weight:500}
.heat td.drift{background:var(--bad-soft);color:var(--bad)}.heat td.drift b{color:var(--bad);font-weight:700}
.heat td.near{background:var(--warn-soft);color:var(--warn)}.heat td.near b{color:var(--warn)}
.heat .edge{border-left:2px solid var(--ink);border-radius:0 3px 3px 0}
.heat tr>:first-child{position:sticky;left:0;background:var(--page);text-align:left;padding-right:.75rem;max-width:11rem;overflow:hidden;text-overflow:ellipsis}
.heat thead tr+tr>:first-child{position:static;text-align:center;padding-right:.25rem}
.heat .all th{font-weight:700}
details{border-bottom:1px solid var(--line)}details:last-child{border-bottom:0}summary .badge{margin-right:.6rem}strong{white-space:nowrap}
summary{cursor:pointer;padding:.55rem 0}
details .scroll{padding:.25rem 0 1rem 1.1rem}
summary .w{display:inline-block;min-width:6.5rem;font-weight:600}summary .when:nth-of-type(2){display:inline-block;min-width:14rem}
summary .when{font-size:.9rem}
@media (max-width:40rem){main{padding:1.75rem 1rem 3rem}section{margin-top:2.25rem}.tiles{grid-template-columns:1fr 1fr}summary .when{display:block}summary .badge{display:block}}
@media print{:root{color-scheme:light;--page:#fff;--ink:#000;--muted:#444;--line:#bbb;--soft:#f5f6f8;--accent:#1f55b5;--past:#8ba3c7;--band:#1f55b526;--bad:#b3261e;--bad-soft:#fbe4e1;--warn:#7a4d00;--warn-soft:#fdeecb;--good:#1a6b3c;--on:#fff}body{font-size:10pt}main{max-width:none;padding:0}section,figure,tr{break-inside:avoid}#drift,section{break-inside:auto}.scroll{overflow:visible}svg{min-width:0;print-color-adjust:exact;-webkit-print-color-adjust:exact}.heat{zoom:.62;print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
