// How the report looks; on paper, too.

export const style = `
body { font: 16px/1.5 system-ui, sans-serif; color: #0f172a; background: #fff; max-width: 60rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.7rem; line-height: 1.25 } h2 { margin-top: 2.2rem; border-bottom: 1px solid #94a3b8 }
.verdict { border-left: .5rem solid; padding: .5rem 1rem } .passed { border-color: #15803d; background: #f0fdf4 }
.failed { border-color: #b91c1c; background: #fef2f2 } .open-end { border-color: #a16207; background: #fefce8 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #cbd5e1; overflow-wrap: anywhere }
.mailboxes { columns: 17rem; padding-left: 1.2rem; font-size: .9rem; overflow-wrap: anywhere } pre { background: #f1f5f9; padding: .7rem; white-space: pre-wrap; overflow-wrap: anywhere }
svg { width: 100%; height: auto; font-size: 12.5px } svg .box rect { fill: #f1f5f9; stroke: #475569 }
svg .open rect { fill: #dcfce7; stroke: #15803d } svg .shut rect { fill: #fff; stroke: #475569; stroke-dasharray: 5 4 }
svg .wrong rect { fill: #fee2e2; stroke: #b91c1c; stroke-width: 2 } svg text { fill: #0f172a } svg .title { font-weight: 600 }
svg .arrow { fill: none; stroke: #475569; stroke-width: 2 } svg .arrow.wrong { stroke: #b91c1c } svg .arrow.off { stroke-dasharray: 3 5 } svg .head { fill: #475569 }
@media print { body { padding: 0; font-size: 11pt } svg, tr, pre { break-inside: avoid } h2, h3 { break-after: avoid } }
`;
