/** Which of the mailboxes a role assignment reaches. */
import type { ExchangeObject } from "../../../exchange/session.ts";
import { customScopeOf } from "../../lifecycle/assignmentRow.ts";
import type { Context } from "../../lifecycle/contract.ts";
import { guid, text } from "../../lifecycle/exchangeValue.ts";
import { getByGuid } from "../../lifecycle/lookup.ts";
import type { Member } from "../../recipients/memberList.ts";
import { previewFilter } from "../../recipients/scopeMembers.ts";
import { mailboxesOf } from "../finding.ts";
import type { Asking } from "./asking.ts";
import type { Area, Coverage } from "./subjects.ts";

/** Write scopes that hold nobody else's mailbox. */
const narrow = new Set(["None", "Self", "MyGAL", "MyDistributionGroups", "NotApplicable"]);

/** Tells an assignment's coverage; `undefined` where it reaches none of the mailboxes. */
export type FindCoverage = (assignment: ExchangeObject, area: Area) => Promise<Coverage | undefined>;

/** @param scopes all management scopes; `undefined` where they could not be read */
export function coverageAmong(
  context: Context,
  asking: Asking,
  mailboxes: readonly Member[],
  scopes: readonly ExchangeObject[] | undefined,
): FindCoverage {
  const ofIds = (ids: ReadonlySet<string>): Coverage | undefined => {
    const inside = mailboxes.filter(({ id }) => ids.has(id));
    return inside.length === 0 ? undefined : { covers: "some", mailboxes: mailboxesOf(inside) };
  };
  // In Exchange Online all live in one unit, which is the organisation's.
  const isUnit = (root: string): boolean => context.entra === undefined && root.includes("/");
  const below = async (
    unit: string,
    some: readonly Member[] | undefined,
    area: Area,
  ): Promise<Member[] | undefined> => {
    if (!isUnit(unit) || some === undefined) return undefined;
    const select = ["Guid", "OrganizationalUnit"];
    const ask = (id: string) => getByGuid(context.exchange, "Get-Recipient", id, { select });
    const found = await Promise.all(some.map(({ id }) => asking.ask(area, async () => (await ask(id)) ?? null)));
    if (found.includes(undefined)) return undefined;
    return some.filter((_, index) => isBelow(text(found[index] ?? {}, "OrganizationalUnit"), unit));
  };
  return async (assignment, area) => {
    const kind = text(assignment, "RecipientWriteScope");
    const name = customScopeOf(assignment);
    if (kind === "Group") {
      const members = await asking.ask(area, () =>
        context.exchange.read("Get-DistributionGroupMember", { Identity: name }),
      );
      if (members === undefined) return unknown;
      return ofIds(new Set(members.map((member) => guid(member, "ExternalDirectoryObjectId"))));
    }
    if (kind === "OU") {
      const inside = await below(text(assignment, "CustomRecipientWriteScope"), mailboxes, area);
      return inside === undefined ? unknown : ofIds(new Set(inside.map(({ id }) => id)));
    }
    if (name === "") {
      if (kind === "Organization") return { covers: "all", mailboxes: [] };
      // A unit of an older kind, or a word that is new: nobody can say that it holds none of them.
      return narrow.has(kind) ? undefined : unknown;
    }
    const scope = scopes?.find((each) => text(each, "Name") === name);
    const filter = text(scope ?? {}, "RecipientFilter");
    if (filter === "") return unknown;
    const matched = await asking.ask(area, () => previewFilter(context, filter));
    const ids = new Set(matched?.map(({ id }) => id));
    const root = text(scope ?? {}, "RecipientRoot");
    const inside = isUnit(root)
      ? await below(root, matched && mailboxes.filter(({ id }) => ids.has(id)), area)
      : matched;
    return inside === undefined ? unknown : ofIds(new Set(inside.map(({ id }) => id)));
  };
}

/** Whether a unit is another one, or in it; both by their canonical names. */
function isBelow(unit: string, other: string): boolean {
  return `${unit}/`.toLowerCase().startsWith(`${other}/`.toLowerCase());
}

const unknown: Coverage = { covers: "unknown", mailboxes: [] };
