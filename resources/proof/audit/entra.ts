/** Who reaches the mailboxes by a consent in Entra, and who can give himself one. */
import {
  escalationOf,
  opensCalendars,
  opensMailboxes,
  readDirectoryRolesOfApp,
  type Consent,
} from "../../../directory/consents.ts";
import { readRoleHolders, type RoleHolder } from "../../../directory/directoryRoleHolders.ts";
import { administersExchange, escalatingRoles, needsRole } from "../../../directory/escalation.ts";
import { readDelegatedConsents, readTenantConsents, type ConsentedApp } from "../../../directory/tenantConsents.ts";
import type { GraphSession } from "../../../directory/graph.ts";
import type { ExchangeObject } from "../../../exchange/session.ts";
import type { Context } from "../../lifecycle/contract.ts";
import { entraOf } from "../../lifecycle/entra.ts";
import { guid, nameOf, text } from "../../lifecycle/exchangeValue.ts";
import type { Member } from "../../recipients/memberList.ts";
import { mailboxesOf } from "../finding.ts";
import { readPolicies } from "../foreignUses.ts";
import type { Asking } from "./asking.ts";
import { whoseIs, type Own } from "./own.ts";
import type { AuditFact, Holder, NeededRole, PolicySubject } from "./subjects.ts";

const escalates = (consent: Consent): boolean => escalationOf(consent) !== undefined;

/** By family, so that a permission that is new tomorrow counts, too. */
const opens = (consent: Consent): boolean => opensCalendars(consent) || opensMailboxes(consent);

/** Everything that Entra, and the policies that narrow it, come to. */
export async function askEntra(
  context: Context,
  asking: Asking,
  own: Own,
  mailboxes: readonly Member[],
): Promise<AuditFact[]> {
  const holders = asking.ask("directoryRoles", () => readRoleHolders(entraOf(context).graph));
  const found = await Promise.all([
    askConsents(context, asking, own, holders),
    askDelegated(context, asking, own, mailboxes),
    holders.then((each) => tellDirectoryRoles(each ?? [], own)),
  ]);
  return found.flat();
}

function tellDirectoryRoles(holders: readonly RoleHolder[], own: Own): AuditFact[] {
  return holders.flatMap(({ scope, role: id, ...holder }): AuditFact[] => {
    const name = escalatingRoles.get(id);
    if (name === undefined) return [];
    const whose = whoseIs(own, holder.id);
    return [{ code: "grantingDirectoryRole", holder: { ...holder, whose }, role: { name, id }, scope }];
  });
}

function holderOf(own: Own, { id, name, kind }: ConsentedApp): Holder {
  return { kind, name, id, whose: whoseIs(own, id.toLowerCase()) };
}

/** Whether it has a role that administers Exchange, itself or through a group. */
async function roleOf(
  { graph, asking }: { readonly graph: GraphSession; readonly asking: Asking },
  permission: string,
  app: ConsentedApp,
  holders: readonly RoleHolder[] | undefined,
): Promise<NeededRole> {
  if (!needsRole(permission)) return "notNeeded";
  if (holders?.some(({ id, role }) => id === app.id.toLowerCase() && administersExchange(role))) return "held";
  const roles = await asking.ask("directoryRoles", () => readDirectoryRolesOfApp(graph, app.id));
  if (roles?.some(({ template }) => administersExchange(template))) return "held";
  return holders === undefined || roles === undefined ? "unread" : "none";
}

async function askConsents(
  context: Context,
  asking: Asking,
  own: Own,
  asked: Promise<readonly RoleHolder[] | undefined>,
): Promise<AuditFact[]> {
  const { graph } = entraOf(context);
  const isMeant = (consent: Consent): boolean => opens(consent) || escalates(consent);
  const [policies, consents = [], holders] = await Promise.all([
    asking.ask("policies", async () => (await readPolicies(context)) ?? null),
    asking.ask("consents", () => readTenantConsents(graph, isMeant)),
    asked,
  ]);
  if (policies === null) asking.refuse("policies", "Get-ApplicationAccessPolicy may not be read, or is not there");
  const byApp = Map.groupBy(consents, ({ app, consent }) =>
    JSON.stringify([app.id, consent.resource, escalates(consent), needsRole(consent.permission)]),
  );
  const apps = new Map(consents.map(({ app }) => [app.appId, app]));
  const told = await Promise.all(
    [...byApp.values()].map(async (same): Promise<AuditFact[]> => {
      const [first] = same;
      if (first === undefined) return [];
      const { app, consent } = first;
      const permissions = [...new Set(same.map((each) => each.consent.permission))].toSorted();
      const about = { app: holderOf(own, app), permissions, resource: consent.resource };
      if (!escalates(consent)) return [{ code: "consent", ...about, policies: policiesOf(policies ?? [], app.appId) }];
      const role = await roleOf({ graph, asking }, consent.permission, app, holders);
      return [{ code: "grantingConsent", ...about, role }];
    }),
  );
  return [
    ...told.flat(),
    ...(policies ?? []).map((policy): AuditFact => {
      const appId = guid(policy, "AppId");
      const app = apps.get(appId);
      const isOwn = appId !== "" && appId === own.appId;
      const holder: Holder =
        app === undefined ? { kind: "app", name: appId, whose: isOwn ? "callCentre" : "other" } : holderOf(own, app);
      return { code: "accessPolicy", app: holder, id: text(policy, "Identity"), ...limitOf(policy) };
    }),
  ];
}

function limitOf(policy: ExchangeObject): PolicySubject {
  const right = text(policy, "AccessRight") === "DenyAccess" ? "DenyAccess" : "RestrictAccess";
  return { right, group: text(policy, "ScopeName") || nameOf(text(policy, "ScopeIdentity")) };
}

function policiesOf(policies: readonly ExchangeObject[], appId: string): PolicySubject[] {
  return policies.filter((policy) => appId !== "" && guid(policy, "AppId") === appId).map(limitOf);
}

/** Those for everybody, and those of the mailboxes' own users. */
async function askDelegated(
  context: Context,
  asking: Asking,
  own: Own,
  mailboxes: readonly Member[],
): Promise<AuditFact[]> {
  const { graph } = entraOf(context);
  const owners = new Map(mailboxes.map((each) => [each.id, each]));
  const isOf = (user: string | undefined): boolean => user === undefined || owners.has(user.toLowerCase());
  const found = await asking.ask("delegatedConsents", () => readDelegatedConsents(graph, opens, isOf));
  const grouped = Map.groupBy(found ?? [], ({ app, permissions, resource, user }) =>
    JSON.stringify([app.id, permissions.map(({ permission }) => permission).toSorted(), resource, user === undefined]),
  );
  return [...grouped.values()].flatMap((same): AuditFact[] => {
    const [first] = same;
    if (first === undefined) return [];
    const who = same.flatMap(({ user }) => owners.get(user?.toLowerCase() ?? "") ?? []);
    return [
      {
        code: "delegatedConsent",
        app: holderOf(own, first.app),
        permissions: first.permissions.map(({ permission }) => permission).toSorted(),
        resource: first.resource,
        mailboxes: mailboxesOf(who),
      },
    ];
  });
}
