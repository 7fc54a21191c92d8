/** docs/fidelity.md speaks of everything that the embedded tenant serves. */
import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { ewsRoutes } from "../../simulator/ews/routes.ts";
import { cmdletNames } from "../../simulator/exchange/cmdlets.ts";
import { serverCmdlets } from "../../simulator/exchangeServer/catalogue.ts";
import { exchangeRoutes } from "../../simulator/exchange/routes.ts";
import { graphRoutes } from "../../simulator/graph/routes.ts";
import { identityRoutes } from "../../simulator/identity/routes.ts";
import { DEFAULT_SWITCHES, QUICK_DELAYS } from "../../simulator/server/settings.ts";

const document = readFileSync("docs/fidelity.md", "utf8");
// A name that is the beginning of another one counts only where it ends.
const names = new Set(document.match(/[A-Z][a-z]+-[A-Za-z]+/g));
const codes = new Set([...document.matchAll(/`([^`]+)`/g)].map(([, code]) => code?.replace(/^(GET|POST) /, "")));

/** As the document writes it: without Graph's version, by object id, parameters in braces. */
const written = (path: string): string =>
  path
    .replace(/^\/(v1\.0|beta)(?=\/)/, "")
    .replace("(appId=':appId')/", "/:id/")
    .replace(/:(\w+)/g, "{$1}");

describe("the document on fidelity", () => {
  test("names every cmdlet", () => {
    const all = [...cmdletNames, ...serverCmdlets.map(({ name }) => name)];
    expect(all.filter((name) => !names.has(name))).toEqual([]);
  });

  test("names every route", () => {
    const routes = [...identityRoutes, ...graphRoutes, ...exchangeRoutes, ...ewsRoutes];
    const paths = new Set(routes.map(({ path }) => written(path)));
    const items = /\/events\/\{item\}$/;
    expect([...paths].map((path) => path.replace(items, "/events")).filter((path) => !codes.has(path))).toEqual([]);
  });

  test("names every switch and every delay", () => {
    const spoken = [...codes].map((code) => code?.split(":")[0]);
    expect(Object.keys({ ...DEFAULT_SWITCHES, ...QUICK_DELAYS }).filter((name) => !spoken.includes(name))).toEqual([]);
  });
});
