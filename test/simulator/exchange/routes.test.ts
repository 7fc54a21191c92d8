/** The admin API on the wire: envelope, annotations, errors, pages, batches and faults. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startTenant, type Answer, type TestTenant } from "../tenant.ts";
import { sander } from "../../support/people.ts";

let tenant: TestTenant;

beforeAll(async () => {
  tenant = await startTenant({ settings: { exchangeVisibility: 0 } });
});

afterAll(async () => {
  await tenant.close();
});

beforeEach(() => {
  tenant.reset();
});

type Body = Record<string, unknown>;

function address(last = "InvokeCommand"): string {
  return `/adminapi/beta/${tenant.credentials.tenantId}/${last}`;
}

function command(cmdlet: string, parameters: Body = {}): Body {
  return { CmdletInput: { CmdletName: cmdlet, Parameters: parameters } };
}

async function post(path: string, body: Body, headers: Record<string, string> = {}, purpose?: string): Promise<Answer> {
  const authorization = `Bearer ${await tenant.signIn(purpose)}`;
  return tenant.send("POST", path, body, { authorization, ...headers });
}

function invoke(cmdlet: string, parameters: Body = {}, headers: Record<string, string> = {}): Promise<Answer> {
  return post(address(), command(cmdlet, parameters), headers);
}

function rows({ json }: { json: Body }): Body[] {
  return json["value"] as Body[];
}

describe("a success", () => {
  test("is an envelope around annotated objects, with an empty list of warnings", async () => {
    const answer = await invoke("Get-Mailbox", { Identity: "ad.viseur@buitendienst.example" });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      "@odata.context": `${tenant.origin}/adminapi/beta/${tenant.credentials.tenantId}/$metadata#Collection(Exchange.GenericHashTable)`,
      "adminapi.warnings@odata.type": "#Collection(String)",
      "@adminapi.warnings": [],
    });
    expect(rows(answer)).toEqual([
      expect.objectContaining({
        "EmailAddresses@odata.type": "#Collection(String)",
        EmailAddresses: ["SMTP:ad.viseur@buitendienst.example"],
        "Guid@data.type": "System.Guid",
        "Guid@odata.type": "#Guid",
        Guid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        ProhibitSendQuota: "99 GB (106,300,440,576 bytes)",
      }),
    ]);
  });

  test("has only the selected properties", async () => {
    const answer = await post(`${address()}?$select=name,Guid`, command("Get-RoleGroup", { Identity: "Help Desk" }));
    expect(rows(answer).map((row) => Object.keys(row).sort())).toEqual([
      ["Guid", "Guid@data.type", "Guid@odata.type", "Name"],
    ]);
  });

  test("of a write that returns nothing is empty, and stands in the journal with the reach after it", async () => {
    const created = await invoke("New-RoleGroup", {
      Name: "CallPro Calendar Access",
      Roles: ["ApplicationImpersonation"],
      Members: [sander],
    });
    expect(created.status).toBe(200);
    const changed = await invoke("Set-RoleGroup", { Identity: "CallPro Calendar Access", Description: "x" });
    expect(changed).toMatchObject({ status: 200 });
    expect(rows(changed)).toEqual([]);
    const [first, second] = tenant.journal.entries;
    expect(tenant.journal.entries).toHaveLength(2);
    expect(first).toMatchObject({
      actor: "Calendar access automation",
      operation: "New-RoleGroup",
      target: "CallPro Calendar Access",
      status: 200,
    });
    expect(first?.reach[sander]).toContain("dirk.directeur@buitendienst.example");
    expect(second?.operation).toBe("Set-RoleGroup");
  });
});

describe("a failure", () => {
  test("of a cmdlet tells its text in the details", async () => {
    const answer = await invoke("Get-ManagementScope", { Identity: "nothing" });
    expect(answer.status).toBe(404);
    expect(answer.headers.get("x-exceptiontype")).toContain("ManagementObjectNotFoundException");
    expect(answer.json["error"]).toMatchObject({
      code: "NotFound",
      message: "Error executing cmdlet",
      details: [
        {
          code: "Client",
          target: "",
          message:
            "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't be " +
            "performed because object 'nothing' couldn't be found on 'AM4PR05A001DC001.EURPR05A001.PROD.OUTLOOK.COM'.",
        },
      ],
      innererror: {
        type: "Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
        internalexception: { message: expect.stringContaining("DirectInvokeCmdletExecutionException") },
      },
      "@adminapi.warnings": [],
    });
  });

  test("without a role is a 403 of NUL bytes, without a token a 401, without a CmdletInput a 400", async () => {
    const weak = await post(address(), command("Get-Mailbox"), {}, "weak");
    expect(weak.status).toBe(403);
    expect(weak.text).toBe("\0".repeat(4096));
    const anonymous = await tenant.send("POST", address(), command("Get-Mailbox"));
    expect(anonymous).toMatchObject({ status: 401, text: "" });
    expect((await post(address(), {})).status).toBe(400);
    expect((await post("/adminapi/beta/other.example/InvokeCommand", command("Get-Mailbox"))).status).toBe(403);
    expect(await invoke("Get-Nothing")).toMatchObject({ status: 501 });
  });
});

describe("a long list", () => {
  const small = { prefer: "odata.maxpagesize=7" };

  test("comes in pages; the same body goes to each link", async () => {
    const body = command("Get-Recipient", { ResultSize: "Unlimited" });
    const all = rows(await post(address(), body)).map((row) => row["Guid"]);
    const found: unknown[] = [];
    let next: string | undefined = address();
    let pages = 0;
    while (next !== undefined) {
      const page: Answer = await post(next, body, small);
      expect(page.status).toBe(200);
      expect(rows(page).length).toBeLessThanOrEqual(7);
      found.push(...rows(page).map((row) => row["Guid"]));
      next = page.json["@odata.nextLink"] as string | undefined;
      pages += 1;
    }
    expect(found).toEqual(all);
    expect(pages).toBe(Math.ceil(all.length / 7));
  });

  test("cannot be continued with another body, or after half an hour", async () => {
    const body = command("Get-Recipient");
    const next = String((await post(address(), body, small)).json["@odata.nextLink"]);
    const other = await post(next, command("Get-Mailbox"), small);
    expect(other.status).toBe(400);
    expect(other.text).toContain("Expired or Invalid pagination request. Default Expiry time is 00:30:00");
    tenant.clock.advance(31 * 60_000);
    expect((await post(next, body, small)).status).toBe(400);
  });

  test("that a fault cuts short fails at its continuation", async () => {
    tenant.faults.set([{ effect: "truncatedPage", match: { operation: "Get-Recipient" } }]);
    const body = command("Get-Recipient");
    const page = await post(address(), body);
    const next = String(page.json["@odata.nextLink"]);
    expect(await post(next, body)).toMatchObject({ status: 400 });
  });
});

describe("a batch", () => {
  function item(id: string, cmdlet: string, parameters: Body = {}, url = `${tenant.origin}${address()}`): Body {
    return { id, method: "POST", url, headers: { "X-CmdletName": cmdlet }, body: command(cmdlet, parameters) };
  }

  async function run(...requests: Body[]): Promise<Map<unknown, Body>> {
    const answer = await post(address("$batch"), { requests });
    expect(answer.status).toBe(200);
    const responses = answer.json["responses"] as Body[];
    return new Map(responses.map((response) => [response["id"], response]));
  }

  test("answers each item by itself, by absolute and relative address, in any order", async () => {
    const answers = await run(
      item("1", "Get-RoleGroup", { Identity: "Help Desk" }),
      item("2", "Get-ManagementScope", { Identity: "nothing" }, "InvokeCommand"),
      item("3", "New-ManagementScope", { Name: "s", RecipientRestrictionFilter: "Alias -eq 'x'" }, address()),
      item("4", "Get-Nothing"),
    );
    const statuses = ["1", "2", "3", "4"].map((id) => answers.get(id)?.["status"]);
    expect(statuses).toEqual([200, 404, 200, 501]);
    expect([...answers.keys()]).not.toEqual(["1", "2", "3", "4"]);
    expect(rows({ json: answers.get("1")?.["body"] as Body })).toHaveLength(1);
    expect(tenant.journal.entries.map(({ operation }) => operation)).toEqual(["New-ManagementScope"]);
  });

  test("has faults of its own for each item", async () => {
    tenant.faults.set([
      { effect: "throttle", match: { operation: "Get-Mailbox" } },
      { effect: "forbidden", match: { operation: "Get-User" } },
    ]);
    const answers = await run(item("1", "Get-Mailbox"), item("2", "Get-User"), item("3", "Get-RoleGroup"));
    expect(answers.get("1")).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    expect(answers.get("2")).toMatchObject({ status: 403 });
    expect(answers.get("2")).not.toHaveProperty("body");
    expect(answers.get("3")).toMatchObject({ status: 200 });
  });

  test("gives no right that its items would not have alone", async () => {
    const authorization = `Bearer ${await tenant.signIn("reader")}`;
    const requests = [item("1", "Get-RoleGroup"), item("2", "Remove-RoleGroup", { Identity: "Help Desk" })];
    const answer = await tenant.send("POST", address("$batch"), { requests }, { authorization });
    const responses = answer.json["responses"] as Body[];
    expect(responses.map(({ id, status }) => [id, status]).sort()).toEqual([
      ["1", 200],
      ["2", 403],
    ]);
    const elsewhere = item("1", "Get-RoleGroup", {}, `${tenant.origin}/adminapi/beta/other.example/InvokeCommand`);
    expect((await run(elsewhere)).get("1")).toMatchObject({ status: 403 });
  });

  test("holds ten items at most, with an id each", async () => {
    const many = Array.from({ length: 11 }, (_, index) => item(String(index), "Get-OrganizationConfig"));
    expect((await post(address("$batch"), { requests: many })).status).toBe(400);
    const twins = [item("1", "Get-OrganizationConfig"), item("1", "Get-OrganizationConfig")];
    expect((await post(address("$batch"), { requests: twins })).status).toBe(400);
  });

  test("pages a long item, whose link is followed alone", async () => {
    const long = item("1", "Get-Recipient");
    long["headers"] = { Prefer: "odata.maxpagesize=5;odata.continue-on-error" };
    const body = (await run(long)).get("1")?.["body"] as Body;
    expect(rows({ json: body })).toHaveLength(5);
    const next = await post(String(body["@odata.nextLink"]), command("Get-Recipient"), {});
    expect(next.status).toBe(200);
    expect(rows(next).length).toBeGreaterThan(5);
  });
});

test("EXOModuleFile lists what the caller may run", async () => {
  const list = async (purpose: string): Promise<string[]> => {
    const authorization = `Bearer ${await tenant.signIn(purpose)}`;
    const path = `/adminapi/v1.0/${tenant.credentials.tenantId}/EXOModuleFile?Version=3.9.2`;
    const answer = await tenant.send("GET", path, undefined, { authorization, CommandName: "*" });
    return String(rows(answer)[0]?.["exportedCmdlets"]).split(",").filter(Boolean);
  };
  expect(await list("automation")).toEqual(expect.arrayContaining(["New-ManagementRoleAssignment", "Get-Recipient"]));
  const reader = await list("reader");
  expect(reader.every((name) => /^(Get|Test)-/.test(name))).toBe(true);
  expect(reader).toContain("Get-ManagementScope");
  expect(await list("weak")).toEqual([]);
});
