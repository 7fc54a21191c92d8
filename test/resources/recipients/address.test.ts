/** What an address of the settings means: one mailbox, another one than before, an alias, or nobody's. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  decide,
  gather,
  resolveMailboxes,
  resolveOwner,
  type Judgement,
  type MailboxAnswer,
} from "../../../resources/recipients/address.ts";
import { findCandidates, isMailbox, type Candidate } from "../../../resources/recipients/candidate.ts";
import { formatMembers, parseMembers } from "../../../resources/recipients/memberList.ts";
import { startTenant, type TestTenant } from "../../support/tenant.ts";

const mailboxTypes = ["UserMailbox", "SharedMailbox", "RoomMailbox", "EquipmentMailbox", "LinkedMailbox"];
const otherTypes = [
  "MailContact",
  "MailUser",
  "GuestMailUser",
  "MailUniversalSecurityGroup",
  "MailUniversalDistributionGroup",
  "GroupMailbox",
  "DynamicDistributionGroup",
  "DiscoveryMailbox",
  "User",
];
const candidate: fc.Arbitrary<Candidate> = fc.record({
  id: fc.constantFrom("1", "2", "3"),
  type: fc.constantFrom(...mailboxTypes, ...otherTypes),
  primarySmtpAddress: fc.constantFrom("a@x.example", "b@x.example"),
});
const record = fc.record({
  id: fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined }),
  isConfirmed: fc.boolean(),
});
const address = "a@x.example";

describe("what an address of the list means", () => {
  test("is a member only where exactly one mailbox bears it, and none that it did not mean before", () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 2 }), record, (candidates, known) => {
        const decided = decide(address, candidates, known);
        if (decided?.kind !== "member") return;
        expect(candidates).toHaveLength(1);
        const [only] = candidates;
        expect(isMailbox(only?.type ?? "")).toBe(true);
        expect(decided.member).toEqual({ address, id: only?.id });
        expect(known.id === undefined || known.id === only?.id || known.isConfirmed).toBe(true);
      }),
    );
  });

  test("is left open only where nothing bears it any more", () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 2 }), record, (candidates, known) => {
        expect(decide(address, candidates, known) === undefined).toBe(candidates.length === 0);
      }),
    );
  });

  const one = (type: string, id = "1"): Candidate => ({ id, type, primarySmtpAddress: address });

  test.each(mailboxTypes)("is a %s", (type) => {
    expect(decide(address, [one(type)], { id: undefined, isConfirmed: false })).toEqual({
      kind: "member",
      member: { address, id: "1" },
    });
  });

  test.each(otherTypes)("is no %s, and says so", (type) => {
    const decided = decide(address, [one(type)], { id: undefined, isConfirmed: true });
    expect(decided).toMatchObject({ kind: "problem", problem: expect.stringContaining("a@x.example is a") });
  });

  test("has vanished where the recorded mailbox is none any more", () => {
    const vanished = { kind: "vanished", member: { address, id: "1" } };
    expect(decide(address, [one("User")], { id: "1", isConfirmed: false })).toEqual(vanished);
  });

  test("is a problem where it means another mailbox than recorded, until that is confirmed", () => {
    const other = { id: "2", isConfirmed: false };
    expect(decide(address, [one("UserMailbox")], other)).toMatchObject({
      kind: "problem",
      problem: expect.stringMatching(/was mailbox 2 .* is 1 now.*confirmedAddresses/),
    });
    expect(decide(address, [one("UserMailbox")], { ...other, isConfirmed: true })?.kind).toBe("member");
  });

  test("is a problem where it is one's primary address and another's user name, naming both", () => {
    const decided = decide(address, [one("UserMailbox", "1"), one("SharedMailbox", "2")], {
      id: "1",
      isConfirmed: true,
    });
    expect(decided).toMatchObject({
      kind: "problem",
      problem: expect.stringMatching(/UserMailbox, 1\).*SharedMailbox, 2\)/),
    });
  });
});

describe("the judgements together", () => {
  const judgement: fc.Arbitrary<Judgement> = fc.oneof(
    fc.record({
      kind: fc.constantFrom("member" as const, "vanished" as const),
      member: fc.record({ address: fc.constantFrom("a", "b", "c", "d"), id: fc.constantFrom("1", "2", "3") }),
    }),
    fc.record({ kind: fc.constant("problem" as const), problem: fc.constantFrom("p", "q") }),
  );

  test("lose none, and have a problem for every further address of one mailbox", () => {
    fc.assert(
      fc.property(fc.array(judgement, { maxLength: 8 }), (judgements) => {
        const { members, vanished, problems } = gather(judgements);
        const count = (kind: Judgement["kind"]): number => judgements.filter((each) => each.kind === kind).length;
        expect(members).toHaveLength(count("member"));
        expect(vanished).toHaveLength(count("vanished"));
        const twins = members.length - new Set(members.map(({ id }) => id)).size;
        expect(problems).toHaveLength(count("problem") + twins);
      }),
    );
  });
});

describe("addresses of a tenant", () => {
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await startTenant();
  });
  beforeEach(() => tenant.running.reset());
  afterAll(() => tenant.close());

  const ask = async (addresses: string[], recorded = "", confirmed: string[] = []): Promise<MailboxAnswer> => {
    const context = await tenant.open();
    const question = { addresses, recorded: parseMembers(recorded), confirmed };
    return resolveMailboxes(context, question, await findCandidates(context, addresses));
  };
  const domain = "buitendienst.example";

  test("are mailboxes by their primary address or their user name, of a person, a team, a room or a car", async () => {
    const addresses = [
      `Ad.Viseur@${domain}`,
      "b.buitenhuis@buitendienst.onmicrosoft.com",
      `info@${domain}`,
      `zaal.amstel@${domain}`,
      `bestelbus@${domain}`,
    ];
    const { members, problems } = await ask(addresses);
    expect(problems).toEqual([]);
    expect(members.map(({ id }) => id)).toEqual([
      tenant.recipient(`ad.viseur@${domain}`).externalDirectoryObjectId,
      tenant.recipient(`bram.buitenhuis@${domain}`).externalDirectoryObjectId,
      tenant.recipient(`info@${domain}`).externalDirectoryObjectId,
      tenant.recipient(`zaal.amstel@${domain}`).externalDirectoryObjectId,
      tenant.recipient(`bestelbus@${domain}`).externalDirectoryObjectId,
    ]);
    expect(members.map((member) => member.address)).toEqual(addresses);
  });

  test("that cannot be listed are all named at once, with what to write instead", async () => {
    const { members, problems } = await ask([
      `bram@${domain}`,
      "storing@loodgieterlek.example",
      `xander.extern@${domain}`,
      "yara@partner.example",
      `regio.noord@${domain}`,
      `allen@${domain}`,
      `projectgroep.callpro@${domain}`,
      `zeger.zonderbak@${domain}`,
      `ewoud.exit@${domain}`,
      `niemand@${domain}`,
      `eva.smit@${domain}`,
    ]);
    expect(members.map((member) => member.address)).toEqual([`eva.smit@${domain}`]);
    const all = problems.join("\n");
    expect(problems).toHaveLength(10);
    expect(all).toContain(
      `bram@${domain} is an alias of bram.buitenhuis@${domain} (UserMailbox). Write bram.buitenhuis@`,
    );
    expect(all).toContain("storing@loodgieterlek.example is a mail contact");
    expect(all).toContain(`xander.extern@${domain} is a mail user`);
    expect(all).toContain("yara@partner.example is a guest");
    expect(all).toContain(`regio.noord@${domain} is a mail-enabled security group; list its members`);
    expect(all).toContain(`allen@${domain} is a distribution group; list its members`);
    expect(all).toContain(`projectgroep.callpro@${domain} is a Microsoft 365 group`);
    expect(all).toContain(`zeger.zonderbak@${domain} is a user without a mailbox`);
    expect(all).toContain(`ewoud.exit@${domain} is a deleted mailbox (it can still be restored)`);
    expect(all).toContain(`niemand@${domain} is unknown in this organisation`);
  });

  test("of one mailbox, twice, are a problem", async () => {
    const { problems } = await ask([`bram.buitenhuis@${domain}`, "b.buitenhuis@buitendienst.onmicrosoft.com"]);
    expect(problems).toEqual([expect.stringContaining("are the same mailbox. Write one of them.")]);
  });

  test("that vanished since they were recorded block nothing", async () => {
    const recorded = tenant.lines(`ad.viseur@${domain}`, `eva.smit@${domain}`);
    const eva = tenant.recipient(`eva.smit@${domain}`);
    eva.softDeleted = true;
    const answer = await ask([`ad.viseur@${domain}`, `eva.smit@${domain}`], recorded);
    expect(answer.problems).toEqual([]);
    expect(formatMembers(answer.members)).toBe(tenant.lines(`ad.viseur@${domain}`));
    expect(answer.vanished).toEqual([{ address: `eva.smit@${domain}`, id: eva.externalDirectoryObjectId }]);
  });

  test("that lost their mailbox, but not their user, have vanished too", async () => {
    const recorded = tenant.lines(`eva.smit@${domain}`);
    Object.assign(tenant.recipient(`eva.smit@${domain}`), { type: "User" });
    const answer = await ask([`eva.smit@${domain}`], recorded);
    expect(answer).toMatchObject({ problems: [], members: [], vanished: [{ address: `eva.smit@${domain}` }] });
  });

  test.each(["accepted", "refused"])("of a renamed mailbox stay it, a filter by its id %s", async (position) => {
    tenant.running.simulator.switches.filterByObjectId = position as "accepted" | "refused";
    const recorded = tenant.lines(`eva.smit@${domain}`);
    const eva = tenant.recipient(`eva.smit@${domain}`);
    Object.assign(eva, {
      primarySmtpAddress: `eva.jansen@${domain}`,
      userPrincipalName: `eva.jansen@${domain}`,
      emailAddresses: [`SMTP:eva.jansen@${domain}`, `smtp:eva.smit@${domain}`],
    });
    const answer = await ask([`eva.smit@${domain}`], recorded);
    expect(answer).toMatchObject({ problems: [], vanished: [] });
    expect(answer.members).toEqual([{ address: `eva.smit@${domain}`, id: eva.externalDirectoryObjectId }]);
    tenant.running.simulator.switches.filterByObjectId = "accepted";
  });

  test("that mean another mailbox than recorded stop, until they are confirmed", async () => {
    const recorded = tenant.lines(`eva.smit@${domain}`);
    tenant.recipient(`eva.smit@${domain}`).externalDirectoryObjectId = "0e0e0e0e-0000-4000-8000-000000000001";
    const stopped = await ask([`eva.smit@${domain}`], recorded);
    expect(stopped.problems).toEqual([expect.stringContaining("add the address to confirmedAddresses")]);
    const confirmed = await ask([`eva.smit@${domain}`], recorded, [`Eva.Smit@${domain}`]);
    expect(confirmed).toMatchObject({ problems: [], members: [{ id: "0e0e0e0e-0000-4000-8000-000000000001" }] });
  });

  test("that are one's primary address and another's user name are refused", async () => {
    tenant.recipient(`gijs.bakker@${domain}`).userPrincipalName = `eva.smit@${domain}`;
    const { problems } = await ask([`eva.smit@${domain}`]);
    expect(problems).toEqual([
      expect.stringContaining("is the primary address of one object and the user name of another"),
    ]);
  });

  test("are looked up in a handful of calls, however many they are", async () => {
    const addresses = tenant.tenant.recipients
      .filter(({ type, softDeleted }) => type === "UserMailbox" && !softDeleted)
      .flatMap(({ primarySmtpAddress }) => primarySmtpAddress ?? []);
    expect(addresses.length).toBeGreaterThan(20);
    const context = await tenant.open();
    const before = context.exchange.requests;
    const { members } = await resolveMailboxes(
      context,
      { addresses, recorded: [], confirmed: [] },
      await findCandidates(context, addresses),
    );
    expect(members).toHaveLength(addresses.length);
    expect(context.exchange.requests - before).toBeLessThanOrEqual(2);
  });

  test("fail as a whole where one look-up fails: an error is never absence", async () => {
    for (const effect of ["forbidden", "error500", "truncatedPage"] as const) {
      tenant.running.faults.set([{ match: { operation: "Get-Recipient" }, effect, times: 99 }]);
      await expect(
        ask([`ad.viseur@${domain}`, `eva.smit@${domain}`], tenant.lines(`eva.smit@${domain}`)),
      ).rejects.toThrow("Get-Recipient");
    }
  });

  describe("the owner of the group", () => {
    const askOwner = async (line: string): Promise<{ line: string; problems: readonly string[] }> =>
      resolveOwner(await tenant.open(), { owner: line, recorded: "", confirmed: [] });

    test("is a mailbox, by any of its addresses", async () => {
      expect(await askOwner(`sander.brouwer@${domain}`)).toEqual({
        line: tenant.lines(`sander.brouwer@${domain}`),
        problems: [],
      });
      const bram = await askOwner(`bram@${domain}`);
      expect(bram.line).toBe(
        `bram@${domain} ${tenant.recipient(`bram.buitenhuis@${domain}`).externalDirectoryObjectId}\n`,
      );
    });

    test("is nobody where none is asked for", async () => {
      expect(await askOwner("")).toEqual({ line: "", problems: [] });
    });

    test.each([
      ["storing@loodgieterlek.example", "is a MailContact, and the owner has to be one person"],
      [`allen@${domain}`, "is a MailUniversalDistributionGroup, and the owner has to be one person"],
      // Its members could be listed mailboxes.
      [`regio.noord@${domain}`, "is a MailUniversalSecurityGroup, and the owner has to be one person"],
      [`niemand@${domain}`, "is unknown in this organisation"],
    ])("is not %s", async (address, problem) => {
      expect((await askOwner(address)).problems).toEqual([expect.stringContaining(problem)]);
    });
  });
});
