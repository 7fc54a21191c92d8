/** What is said of an account that a stack on Exchange Server is to use as it is. */
import { describe, expect, test } from "@jest/globals";
import type { ExchangeObject, ExchangeSession } from "../../../exchange/session.ts";
import { contextOf } from "../../../resources/lifecycle/context.ts";
import { markOf } from "../../../resources/lifecycle/mark.ts";
import { checkExistingAccount } from "../../../resources/tenant/existingAccount.ts";
import { nothingKnown, type TenantInputs } from "../../../resources/tenant/tenantInputs.ts";
import { mark, tenantInputs } from "../../support/access.ts";

const id = "0c0ffee0-1111-4000-8000-00000000000a";
const other = markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b");
const asked: TenantInputs = {
  ...(tenantInputs() as unknown as TenantInputs),
  user: `svc@ad.contoso.example ${id}\n`,
  ownsUser: false,
};

/** @returns problems and what was reported, and whether the account was asked for at all */
async function look(account: ExchangeObject, desired: TenantInputs = asked) {
  let reads = 0;
  const lines: string[] = [];
  const read = async (): Promise<readonly ExchangeObject[]> => {
    reads += 1;
    return [
      { ExternalDirectoryObjectId: id, Notes: "", DisplayName: "svc", RemotePowerShellEnabled: false, ...account },
    ];
  };
  const exchange = { read } as unknown as ExchangeSession;
  const context = contextOf({ tenantId: "t", exchange, entra: undefined }, (line) => lines.push(line));
  return { problems: await checkExistingAccount(context, desired), lines, reads };
}

describe("an account that is used as it is", () => {
  test("is taken without a word where nothing speaks against it, and with the stack's own mark", async () => {
    expect(await look({})).toEqual({ problems: [], lines: [], reads: 1 });
    expect(await look({ Notes: mark })).toEqual({ problems: [], lines: [], reads: 1 });
  });

  test.each([{ Notes: other }, { DisplayName: other }])("is refused as another stack's: %p", async (account) => {
    const { problems } = await look(account);
    expect(problems).toEqual([
      expect.stringMatching(/^serviceUser\.existing: svc@.* belongs to another stack, calendar-access\/fabrikam \(id/),
    ]);
  });

  test("is named where it may open remote PowerShell, with the way to end that", async () => {
    const { problems, lines } = await look({ RemotePowerShellEnabled: "True" });
    expect(problems).toEqual([]);
    expect(lines).toEqual([
      expect.stringContaining("Set-User svc@ad.contoso.example -RemotePowerShellEnabled $false."),
    ]);
  });

  test.each<[string, Partial<TenantInputs>]>([
    ["once the stack has its role group", { known: { ...nothingKnown, roleGroup: id } }],
    ["where the stack makes it", { ownsUser: true }],
    ["in the other mode", { access: "application" }],
    ["that nobody found", { user: "svc@ad.contoso.example\n" }],
  ])("is not asked about %s", async (_when, change) => {
    expect(await look({ Notes: other }, { ...asked, ...change })).toEqual({ problems: [], lines: [], reads: 0 });
  });
});
