/** What is said of a user that a stack is to use as it is. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { ExchangeObject, ExchangeSession } from "../../../exchange/session.ts";
import { contextOf } from "../../../resources/lifecycle/context.ts";
import { markOf } from "../../../resources/lifecycle/mark.ts";
import { checkExistingAccount } from "../../../resources/tenant/existingAccount.ts";
import { nothingKnown, type TenantInputs } from "../../../resources/tenant/tenantInputs.ts";
import { runPreflight } from "../../../resources/tenant/preflight.ts";
import { mark, tenantInputs } from "../../support/access.ts";
import { gijs } from "../../support/people.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

const id = "0c0ffee0-1111-4000-8000-00000000000a";
const other = markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b");
const asked: TenantInputs = {
  ...(tenantInputs() as unknown as TenantInputs),
  user: `svc@ad.contoso.example ${id}\n`,
  ownsUser: false,
};

/** @returns problems and what was reported, and how often the account was asked for (Exchange answers both at once) */
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

describe("an account on Exchange Server that is used as it is", () => {
  test("is taken without a word where nothing speaks against it, and with the stack's own mark", async () => {
    expect(await look({})).toEqual({ problems: [], lines: [], reads: 2 });
    expect(await look({ Notes: mark })).toEqual({ problems: [], lines: [], reads: 2 });
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

  test("is refused where it is disabled, with the command that enables it", async () => {
    const { problems } = await look({ AccountDisabled: "True", Guid: id });
    expect(problems).toEqual([
      expect.stringMatching(/^serviceUser\.existing: svc@.* is blocked .*\(Enable-ADAccount -Identity 0c0ffee0-/),
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

describe("a user of Entra that is used as it is", () => {
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await startTenant();
  });
  beforeEach(() => tenant.running.reset());
  afterAll(() => tenant.close());

  /** A preflight, which writes nothing. */
  async function preflight(change: Partial<TenantInputs>, recorded?: Partial<TenantInputs>): Promise<unknown> {
    const before = tenant.dump();
    const inputs = { ...(tenantInputs() as unknown as TenantInputs), ownsUser: false };
    const context = await tenant.open();
    const { problems } = await runPreflight(context, { ...inputs, ...change }, recorded && { ...inputs, ...recorded });
    expect(tenant.dump()).toEqual(before);
    return problems;
  }

  const shared = (): string =>
    tenant.tenant.recipients.find(({ type }) => type === "SharedMailbox")?.primarySmtpAddress ?? "";
  const block = async (): Promise<void> => {
    await tenant.graph("PATCH", `/users/${tenant.lines(gijs).trim().split(" ")[1] ?? ""}`, { accountEnabled: false });
    tenant.running.clock.settle();
  };
  const blocked = (user: string) =>
    expect.stringMatching(
      new RegExp(
        `^serviceUser\\.existing: ${user} \\([0-9a-f-]{36}\\) is blocked from .*Nothing was touched\\. Name a`,
      ),
    );

  test.each([false, true])("is refused before its first access where it is blocked, regrant %p", async (regrant) => {
    await block();
    expect(await preflight({ user: `${gijs}\n`, regrant })).toEqual([blocked(gijs)]);
  });

  test("is refused as a shared mailbox, with what that is", async () => {
    const problems = await preflight({ user: `${shared()}\n` });
    expect(problems).toEqual([blocked(shared())]);
    expect(problems).toEqual([expect.stringContaining("as the account of every SharedMailbox is")]);
  });

  test("is refused in place of another, beside the word about a stop of that one", async () => {
    await block();
    const known = { ...nothingKnown, roleGroup: id };
    const user = "svc@buitendienst.example 0c0ffee0-1111-4000-8000-00000000000c\n";
    expect(await preflight({ user: `${gijs}\n`, known }, { user })).toContainEqual(blocked(gijs));
  });

  test("is a stop once it was let in: regrant does not lift it, and says so before a write", async () => {
    await block();
    const known = { ...nothingKnown, roleGroup: id };
    const recorded = { user: tenant.lines(gijs), known };
    const asked = { user: `${gijs}\n`, known };
    expect(await preflight(asked, recorded)).toContainEqual(expect.stringMatching(/^regrant: somebody stopped this/));
    expect(await preflight({ ...asked, regrant: true }, recorded)).toContainEqual(
      expect.stringMatching(/^regrant: the user gijs\.bakker@.* regrant does not unblock it\. Unblock it in Entra/),
    );
  });
});
