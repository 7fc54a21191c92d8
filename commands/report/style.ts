// How the report looks; on paper, too.

/** Below this width the picture stands upright, and tables become lists. */
const narrow = "40rem";

export const style = `
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, Arial, sans-serif; color: #0f172a; background: #fff; margin: 0; padding: 1.5rem; overflow-wrap: anywhere }
main { max-width: 60rem; margin: 0 auto }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem } h2 { margin: 2.4rem 0 .8rem; border-bottom: 1px solid #94a3b8; line-height: 1.3 } h3 { margin: 1.4rem 0 .4rem }
.verdict { border-left: .5rem solid; padding: .6rem 1rem } .verdict strong { font-size: 1.15rem } .passed { border-color: #15803d; background: #f0fdf4 }
.failed { border-color: #b91c1c; background: #fef2f2 } .open-end { border-color: #a16207; background: #fefce8 }
table { border-collapse: collapse; table-layout: fixed; width: 100%; margin: 1.2rem 0 } caption { text-align: left; font-weight: 600; font-size: 1.05rem; padding-bottom: .3rem }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #cbd5e1 } th { font-weight: 600 } thead th { color: #475569; font-size: .9rem }
th:first-child { width: 28% } .verdicts th:nth-child(2) { width: 22% } .changes th:nth-child(2) { width: 34% } .others th:first-child { width: 75%; font-weight: 400 }
.good { color: #166534; font-weight: 600 } .bad { color: #b91c1c; font-weight: 600 } .small { font-size: .9rem; font-weight: 400; color: #475569 }
ul, ol { padding-left: 1.3rem; margin: .4rem 0 } .findings { border-left: .25rem solid #b91c1c; padding: .1rem .8rem }
.mailboxes { columns: 17rem; column-gap: 2rem; font-size: .9rem }
pre { background: #f1f5f9; padding: .7rem; margin: .4rem 0; white-space: pre-wrap; font-size: .9rem } pre code { display: block; font-family: ui-monospace, Consolas, Menlo, monospace }
svg { display: block; width: 100%; height: auto } svg text { font: 13px system-ui, "Segoe UI", Roboto, Arial, sans-serif; fill: #0f172a; unicode-bidi: isolate } svg text.title { font-weight: 600 }
.upright { display: none; max-width: 24rem; margin: 0 auto }
.box rect { fill: #f1f5f9; stroke: #475569 } .open rect { fill: #dcfce7; stroke: #15803d } .shut rect, .unknown rect { fill: #fff; stroke: #475569 } .shut rect { stroke-dasharray: 5 4 }
.wrong rect, .missing rect { fill: #fee2e2; stroke: #b91c1c; stroke-width: 2 }
.arrow path { fill: none; stroke: #475569; stroke-width: 2 } .arrow polygon { fill: #475569 } .arrow.wrong path { stroke: #b91c1c } .arrow.wrong polygon { fill: #b91c1c } .arrow.off path { stroke-dasharray: 3 5 }
@media (max-width: ${narrow}) {
body { padding: 1rem } h1 { font-size: 1.4rem } .across { display: none } .upright { display: block }
table, caption, tbody, tr, th, td { display: block } thead { display: none } tr { border-bottom: 1px solid #cbd5e1; padding: .3rem 0 } tbody th, td { border: 0; padding: .1rem 0 } th:first-child, .others th:first-child { width: auto }
}
@media print {
@page { margin: 15mm }
body { padding: 0; font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact } main { max-width: none } .across { display: block } .upright { display: none }
svg, tr, li, pre, .verdict { break-inside: avoid } h1, h2, h3, caption { break-after: avoid } p { orphans: 3; widows: 3 } thead { display: table-header-group; break-after: avoid } tbody tr:first-child { break-before: avoid }
.mailboxes { columns: 2; font-size: 8.5pt }
}
`;
