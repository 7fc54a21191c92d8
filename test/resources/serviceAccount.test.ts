/** The service user that the stack makes on Exchange Server; over a real PowerShell: test/endToEnd/exchangeServer.test.ts. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { ExchangeError } from "../../exchange/errors.ts";
import { sessionWith } from "../../exchange/sessionWith.ts";
import type { Recorded } from "../../resources/lifecycle/artifact.ts";
import type { Context, Properties } from "../../resources/lifecycle/contract.ts";
import { markOf } from "../../resources/lifecycle/mark.ts";
import { serviceAccount, serviceAccountLifecycle, type ServiceAccountInputs } from "../../resources/serviceAccount.ts";
import { sweep } from "../../resources/tenant/sweep.ts";
import type { TenantInputs } from "../../resources/tenant/tenantInputs.ts";
import { generatePassword } from "../../resources/serviceUserPassword.ts";
import type { Account } from "../../simulator/tenant/exchangeModel.ts";
import { mark, previewOf, tenantInputs, tryUp, up } from "../support/access.ts";
import { startQuickServer, type QuickServer } from "../support/quickServer.ts";

const name = "svcCallPro@ad.buitendienst.example";
const password = generatePassword();
const desired: Properties & ServiceAccountInputs = {
  ...{ mark, adopt: false, onDestroy: "remove" as const },
  name,
  displayName: "CallPro",
  organizationalUnit: "ad.buitendienst.example/Serviceaccounts",
  hiddenFromAddressLists: true,
  remotePowerShell: false,
  password,
};

describe("the service user's account on Exchange Server", () => {
  let server: QuickServer;
  let context: Context;
  let restore: () => void;
  let dump: unknown;
  let lines: string[];

  beforeAll(async () => {
    server = await startQuickServer();
    restore = server.save();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    restore();
    lines = [];
    context = await open();
    dump = server.dump();
  });

  /** A run of its own, whose lines are kept. */
  const open = (): Promise<Context> => server.open("automation", (line) => lines.push(line));
  const live = () => server.recipient(name);
  const accountOf = (): Account => {
    const { account } = live();
    if (account === undefined) throw new Error(`${name} is no account.`);
    return account;
  };
  const passwordNow = (): string | undefined =>
    server.tenant.users.find(({ userPrincipalName }) => userPrincipalName === name)?.password;
  const make = (): Promise<Recorded> => up(serviceAccount, context, desired);

  test("is made hidden, marked, without remote PowerShell, with the stack's password, where the settings say", async () => {
    const made = await make();
    expect(made.id).toBe(live().guid);
    expect(live()).toMatchObject({
      displayName: "CallPro",
      container: expect.stringMatching(/^OU=Serviceaccounts/),
      hiddenFromAddressListsEnabled: true,
      account: { notes: mark, remotePowerShellEnabled: false },
    });
    expect(passwordNow()).toBe(password);
    expect((await previewOf(serviceAccount, context, made, desired)).changed).toEqual([]);
  });

  test("is refused before it is made where there is no such unit", async () => {
    const nowhere = { ...desired, organizationalUnit: "ad.buitendienst.example/Nowhere" };
    expect((await serviceAccount.check(context, undefined, nowhere)).problems).toEqual([
      expect.stringMatching(
        /^serviceUser\.organizationalUnit: there is no organisational unit ad\.buitendienst\.example\/Nowhere\./,
      ),
    ]);
  });

  test("bears the mark from its first moment: an interrupted run's is found, finished, and gets the new password", async () => {
    const broken: Context = {
      ...context,
      exchange: sessionWith(context.exchange, {
        write: (cmdlet, parameters) =>
          cmdlet === "New-Mailbox"
            ? context.exchange.write(cmdlet, parameters)
            : Promise.reject(new ExchangeError("other", cmdlet, "the machine lost its power")),
      }),
    };
    const { error } = await tryUp(serviceAccount, broken, desired);
    expect(error?.message).toMatch(/lost its power/);
    expect(live().displayName).toBe(mark);
    const [found] = await serviceAccountLifecycle.find(context, desired);
    expect(found).toMatchObject({ id: live().guid, ours: true, obstacles: [] });
    const another = generatePassword();
    await up(serviceAccount, await server.open(), { ...desired, password: another });
    expect(live()).toMatchObject({ displayName: "CallPro", account: { notes: mark } });
    expect(passwordNow()).toBe(another);
  });

  test("is looked for where the answer of New-Mailbox was lost, and made once", async () => {
    const lossy: Context = {
      ...context,
      exchange: sessionWith(context.exchange, {
        async write(cmdlet, parameters) {
          const answer = await context.exchange.write(cmdlet, parameters);
          if (cmdlet !== "New-Mailbox") return answer;
          throw new ExchangeError("unknownOutcome", cmdlet, "the shell died");
        },
      }),
    };
    const made = await up(serviceAccount, lossy, desired);
    expect(made.id).toBe(live().guid);
    expect(passwordNow()).toBe(password);
  });

  test("shows what somebody changed by hand, and puts it back", async () => {
    const made = await make();
    live().hiddenFromAddressListsEnabled = false;
    accountOf().remotePowerShellEnabled = true;
    live().displayName = "Somebody";
    context = await server.open();
    const { changed } = await previewOf(serviceAccount, context, made, desired);
    expect(changed.toSorted()).toEqual(["displayName", "hiddenFromAddressLists", "remotePowerShell"]);
    await up(serviceAccount, context, desired, made);
    expect(live()).toMatchObject({ displayName: "CallPro", hiddenFromAddressListsEnabled: true });
    expect(accountOf().remotePowerShellEnabled).toBe(false);
  });

  test("gets another password and another user name in place", async () => {
    const made = await make();
    const another = generatePassword();
    const renamed = { ...desired, name: "svcOther@ad.buitendienst.example", password: another };
    const after = await up(serviceAccount, context, renamed, made);
    expect(after.id).toBe(made.id);
    expect(after.properties).toMatchObject({ name: renamed.name, password: another });
    const user = server.tenant.users.find(({ id }) => id === made.id);
    expect(user).toMatchObject({ userPrincipalName: renamed.name, password: another });
  });

  test("keeps the password that it has where the new one was refused: the next up asks again", async () => {
    const made = await make();
    const { recorded, error } = await tryUp(serviceAccount, context, { ...desired, password: "short" }, made);
    expect(error?.message).toMatch(/password policy/);
    expect(error?.message).not.toContain("short");
    expect(recorded?.properties["password"]).toBe(password);
    expect(passwordNow()).toBe(password);
  });

  test("goes with its removal, which says before what that means", async () => {
    const made = await make();
    await serviceAccount.remove(context, made);
    expect(lines.join("\n")).toMatch(/svcCallPro@.*: Remove-Mailbox deletes the account from Active Directory/);
    server.running.settle();
    expect(server.dump()).toEqual(dump);
  });

  test.each([
    ["that lost its mark", () => void (accountOf().notes = ""), /does not bear this stack's mark any more/],
    ["that lost its mailbox", () => void (live().type = "User"), /has no mailbox any more/],
  ])("is left where it is one %s, and that is said", async (_what, change, said) => {
    const made = await make();
    change();
    context = await open();
    await serviceAccount.remove(context, made);
    expect(lines.join("\n")).toMatch(said);
    expect(live().softDeleted).toBe(false);
  });

  test("is found by its mark after everything else is gone, where an interrupted run left it", async () => {
    await make();
    await sweep(await open(), {
      ...(tenantInputs() as unknown as TenantInputs),
      user: name,
    });
    expect(lines.join("\n")).toMatch(/svcCallPro@.*left by an interrupted run of this stack; removing it/);
    server.running.settle();
    expect(server.dump()).toEqual(dump);
  });

  test("is never one that was there: it is refused with the way to use it, whoever made it", async () => {
    const there = { ...desired, name: "svcNobody@ad.buitendienst.example", adopt: true };
    await expect(up(serviceAccount, context, there)).rejects.toThrow(
      /was not made by this stack and cannot be taken over: an account that is there is only used as it is, by serviceUser\.existing\. Nothing was touched\. Choose another name \(serviceUser\.name\)/,
    );
    await make();
    const other = { ...desired, mark: markOf("calendar-access", "fabrikam", "0c0ffee0-0000-4000-8000-00000000000b") };
    await expect(up(serviceAccount, await server.open(), other)).rejects.toThrow(/belongs to another stack/);
  });
});
