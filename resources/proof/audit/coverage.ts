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
      const unit = text(assignment, "CustomRecipientWriteScope");
      const inside = await below(context, asking, { unit, area }, mailboxes);
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
    // In Exchange Online all live in one unit, which is the organisation's.
    const inside =
      matched === undefined || root === "" || context.entra !== undefined
        ? matched
        : await below(
            context,
            asking,
            { unit: root, area },
            mailboxes.filter(({ id }) => ids.has(id)),
          );
    return inside === undefined ? unknown : ofIds(new Set(inside.map(({ id }) => id)));
  };
}

/** E.g. `ad.example`, `ad.example/Unit`: of a name in another form nobody knows what is below it. */
const canonical = /^[^=/]+\.[^=/]+(\/|$)/;

/** Those of the mailboxes that live in a unit or below it; `undefined` where nobody can tell. */
async function below(
  { exchange }: Context,
  asking: Asking,
  { unit, area }: { readonly unit: string; readonly area: Area },
  mailboxes: readonly Member[],
): Promise<Member[] | undefined> {
  const select = ["Guid", "OrganizationalUnit"];
  const rows = await Promise.all(
    mailboxes.map(({ id }) => asking.ask(area, () => getByGuid(exchange, "Get-Recipient", id, { select }))),
  );
  const units = rows.map((row) => text(row ?? {}, "OrganizationalUnit"));
  if (![unit, ...units].every((each) => canonical.test(each))) return undefined;
  return mailboxes.filter((_, index) => `${units[index] ?? ""}/`.toLowerCase().startsWith(`${unit}/`.toLowerCase()));
}

const unknown: Coverage = { covers: "unknown", mailboxes: [] };
