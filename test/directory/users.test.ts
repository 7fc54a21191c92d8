/** Users and domains as the directory tells of them. */
import { describe, expect, test } from "@jest/globals";
import { DirectoryError } from "../../directory/errors.ts";
import type { GraphObject, GraphSession } from "../../directory/graph.ts";
import {
  deleteUser,
  findUserByPrincipalName,
  findUsersByAddress,
  readDomains,
  readUser,
} from "../../directory/users.ts";

const id = "63627b36-0048-4cd4-9303-a5499bc35434";
const user = {
  id,
  userPrincipalName: "ad@x.nl",
  displayName: "Ad",
  mail: null,
  proxyAddresses: ["SMTP:ad@x.nl"],
  accountEnabled: true,
};
const tenantId = "11111111-2222-3333-4444-555555555555";

function graphOf(answer: (path: string) => GraphObject): GraphSession & { readonly paths: string[] } {
  const paths: string[] = [];
  const ask = async (path: string): Promise<GraphObject> => {
    paths.push(decodeURIComponent(path));
    await Promise.resolve();
    return answer(path);
  };
  return {
    paths,
    requests: 0,
    read: ask,
    list: async (path) => (await ask(path))["value"] as GraphObject[],
    readMany: (all) => Promise.allSettled(all.map(ask)),
    update: async (path) => {
      await ask(path);
    },
    remove: async (path) => {
      await ask(path);
    },
  };
}

const refused = (kind: "notFound" | "forbidden") => () => {
  throw new DirectoryError(kind, "GET /users/x", "No.");
};

describe("a user", () => {
  test("is found by its principal name, whatever that holds", async () => {
    const graph = graphOf(() => user);
    const found = await findUserByPrincipalName(graph, "o'neil#ext#@x.nl");
    expect(found).toMatchObject({
      id,
      userPrincipalName: "ad@x.nl",
      mail: undefined,
      accountEnabled: true,
      jobTitle: undefined,
    });
    expect(graph.paths[0]).toMatch(/^\/users\/o'neil#ext#@x\.nl\?\$select=id,/);
  });

  test("is absent only where Graph says so", async () => {
    await expect(findUserByPrincipalName(graphOf(refused("notFound")), "a@x.nl")).resolves.toBeUndefined();
    await expect(findUserByPrincipalName(graphOf(refused("forbidden")), "a@x.nl")).rejects.toThrow("No.");
    await expect(readUser(graphOf(refused("notFound")), id)).resolves.toBeUndefined();
    await expect(
      readUser(
        graphOf(() => ({})),
        id,
      ),
    ).rejects.toThrow("without id");
  });

  test("that is gone already counts as deleted", async () => {
    await expect(deleteUser(graphOf(refused("notFound")), id)).resolves.toBeUndefined();
    await expect(deleteUser(graphOf(refused("forbidden")), id)).rejects.toThrow("No.");
  });

  test.each(["", "x", `${id}/manager`, "../groups/1", `${id}?$x=`])("is not asked for by %j", async (wrong) => {
    const graph = graphOf(() => user);
    await expect(deleteUser(graph, wrong)).rejects.toThrow("not an object id");
    await expect(readUser(graph, wrong)).rejects.toThrow("not an object id");
    expect(graph.paths).toEqual([]);
  });
});

describe("users of addresses", () => {
  test("are looked for by principal name, primary address and alias, once for each address", async () => {
    const graph = graphOf((path) => ({ value: path.includes("ad%40") ? [user] : [] }));
    const found = await findUsersByAddress(graph, ["ad@x.nl", "o'neil@x.nl", "ad@x.nl"]);
    expect([...found].map(([address, users]) => [address, users.length])).toEqual([
      ["ad@x.nl", 1],
      ["o'neil@x.nl", 0],
    ]);
    expect(graph.paths).toHaveLength(2);
    expect(graph.paths[1]).toContain(
      "$filter=userPrincipalName eq 'o''neil@x.nl' or proxyAddresses/any(x:x eq 'smtp:o''neil@x.nl') or " +
        "proxyAddresses/any(x:x eq 'SMTP:o''neil@x.nl')",
    );
  });

  test("are an error where one look-up fails, or is not whole", async () => {
    await expect(findUsersByAddress(graphOf(refused("notFound")), ["a@x.nl"])).rejects.toThrow("No.");
    const cut = graphOf(() => ({ value: [], "@odata.nextLink": "https://x" }));
    await expect(findUsersByAddress(cut, ["a@x.nl"])).rejects.toMatchObject({ kind: "incomplete" });
  });
});

describe("the organisation's domains", () => {
  const organization = {
    id: tenantId,
    verifiedDomains: [
      { name: "x.nl", isInitial: false },
      { name: "x.onmicrosoft.com", isInitial: true },
    ],
  };

  test("name the initial one", async () => {
    const graph = graphOf(() => ({ value: [organization] }));
    expect(await readDomains(graph, tenantId)).toEqual({
      initial: "x.onmicrosoft.com",
      verified: ["x.nl", "x.onmicrosoft.com"],
    });
  });

  test.each([
    ["of none", []],
    ["of two", [organization, organization]],
    ["of another tenant", [{ ...organization, id }]],
    ["without an initial one", [{ ...organization, verifiedDomains: [{ name: "x.nl" }] }]],
  ])("%s are an error", async (_, value) => {
    await expect(
      readDomains(
        graphOf(() => ({ value })),
        tenantId,
      ),
    ).rejects.toThrow(DirectoryError);
  });
});
