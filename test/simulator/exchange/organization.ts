/** An organisation for tests of cmdlets: the seed's tenant on a clock that stands still, without a server. */
import type { Delays, Switches } from "../../../simulator/tenant/switches.ts";
import { invokeCommand } from "../../../simulator/exchange/invoke.ts";
import { readSeed } from "../../../simulator/tenant/seed.ts";
import type { Caller, Simulator, SimulatorResponse, Write } from "../../../simulator/server/service.ts";
import { makeTenant } from "../../../simulator/tenant/tenantBuilder.ts";
import { sander } from "../../support/people.ts";

const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
export const globalReader = "f2ef992c-3afb-46b9-b7cf-a126ee74c451";
const exchangeAudience = "https://outlook.office365.com";

export const impersonation = "ApplicationImpersonation";

/** One thing that a cmdlet returned, annotations included. */
export type Row = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  /** Objects of a success. */
  rows: Row[];
  warnings: string[];
  nextLink: string | undefined;
  /** .NET type and text of a failure. */
  exceptionType: string;
  text: string;
}

export interface CallOptions {
  caller?: Caller;
  headers?: Record<string, string>;
  url?: string;
}

/** The app that automates: an administrator of Exchange without a mailbox. */
export const automation: Caller = {
  objectId: "aaaaaaaa-0000-4000-8000-000000000001",
  name: "automation",
  kind: "application",
  appId: "aaaaaaaa-0000-4000-8000-000000000002",
  roles: ["Exchange.ManageAsApp"],
  directoryRoles: [globalAdministrator],
  audience: exchangeAudience,
};

export class Organization {
  time = Date.UTC(2026, 10, 23, 9, 0, 0);
  readonly writes: Write[] = [];
  readonly simulator: Simulator;
  readonly #planned: { due: number; action: () => void }[] = [];

  constructor(switches: Partial<Switches> = {}, delays: Partial<Delays> = {}) {
    this.simulator = {
      tenant: makeTenant(readSeed(), "test"),
      switches: {
        impersonationRole: "available",
        scopeInUse: "refused",
        filterAfterRename: "stale",
        appOnlyGroupOwner: "empty",
        roleGroupMemberNeedsMailbox: false,
        ...switches,
      },
      delays: {
        entraToExchange: 0,
        exchangeToEntra: 0,
        exchangeVisibility: 0,
        authorizationCache: 0,
        hydration: 0,
        delegationAfterHydration: 0,
        ...delays,
      },
      origin: "https://localhost:8443",
      now: () => this.time,
      after: (delay, _description, action) => void this.#planned.push({ due: this.time + delay, action }),
      record: (write) => void this.writes.push(write),
    };
  }

  /** Lets time pass, and what was planned for it happen. */
  pass(milliseconds: number): void {
    this.time += milliseconds;
    for (const { due, action } of this.#planned.splice(0)) {
      if (due <= this.time) action();
      else this.#planned.push({ due, action });
    }
  }

  /** Somebody from the seed, signed in with his own account and no directory role. */
  user(upn: string, directoryRoles: string[] = []): Caller {
    const user = this.simulator.tenant.users.find(({ userPrincipalName }) => userPrincipalName === upn);
    if (user === undefined) throw new Error(`${upn} is not in the seed`);
    return {
      ...automation,
      objectId: user.id,
      name: upn,
      kind: "user",
      roles: [],
      directoryRoles,
    };
  }

  /** Runs a cmdlet as the admin API does. */
  call(cmdlet: string, parameters: Record<string, unknown> = {}, options: CallOptions = {}): Answer {
    const { tenantId } = this.simulator.tenant;
    const path = options.url ?? `${this.simulator.origin}/adminapi/beta/${tenantId}/InvokeCommand`;
    const url = new URL(path);
    const response = invokeCommand(
      {
        method: "POST",
        url,
        headers: options.headers ?? {},
        body: JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }),
        params: { tenant: url.pathname.split("/")[3] ?? "" },
        caller: options.caller ?? automation,
      },
      this.simulator,
    );
    return readAnswer(response);
  }

  /** Runs a cmdlet that has to succeed. */
  run(cmdlet: string, parameters: Record<string, unknown> = {}, options: CallOptions = {}): Row[] {
    const answer = this.call(cmdlet, parameters, options);
    if (answer.status !== 200) throw new Error(`${cmdlet}: ${answer.status} ${answer.text}`);
    return answer.rows;
  }

  /** The one object that a cmdlet returns. */
  one(cmdlet: string, parameters: Record<string, unknown> = {}, options: CallOptions = {}): Row {
    const rows = this.run(cmdlet, parameters, options);
    const [row] = rows;
    if (row === undefined || rows.length > 1) throw new Error(`${cmdlet} returned ${rows.length} objects`);
    return row;
  }
}

export function readAnswer({ status, headers = {}, body }: SimulatorResponse): Answer {
  const object = (typeof body === "object" && body !== null && !Buffer.isBuffer(body) ? body : {}) as Row;
  const error = (object["error"] ?? {}) as { details?: { message: string }[]; message?: string };
  const [, exceptionType = "", ...text] = (error.details?.[0]?.message ?? "").split("|");
  return {
    status,
    headers,
    body,
    rows: (object["value"] ?? []) as Row[],
    warnings: (object["@adminapi.warnings"] ?? []) as string[],
    nextLink: object["@odata.nextLink"] as string | undefined,
    exceptionType,
    text: text.join("|") || (error.message ?? ""),
  };
}

/** Names of the objects, sorted. */
export function names(rows: readonly Row[], property = "Name"): string[] {
  return rows.map((row) => String(row[property])).sort();
}

/** The document's procedure up to the scoped assignment, as an administrator does it. Returns the group's DN. */
export function setUpByHand(organization: Organization, members: readonly string[]): string {
  organization.run("New-RoleGroup", {
    Name: "CallPro Calendar Access",
    Roles: [impersonation],
    Members: [sander],
  });
  organization.run("New-DistributionGroup", {
    Name: "SecurityGroup-CallPro Calendar Access",
    Type: "Security",
    Members: members,
  });
  const group = organization.one("Get-Group", { Identity: "SecurityGroup-CallPro Calendar Access" });
  const dn = String(group["DistinguishedName"]);
  organization.run("New-ManagementScope", {
    Name: "Scope-CallPro Calendar Access",
    RecipientRestrictionFilter: `MemberOfGroup -eq '${dn}'`,
  });
  organization.run("Set-ManagementRoleAssignment", {
    Identity: "ApplicationImpersonation-CallPro Calendar Access",
    CustomRecipientWriteScope: "Scope-CallPro Calendar Access",
  });
  return dn;
}
