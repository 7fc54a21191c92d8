/**
 * Opens every stack and closes it: no object of its own, but the preflight before the first write and the sweep after the
 * last removal.
 */
import type * as pulumi from "@pulumi/pulumi";
import { isExchangeError, type ExchangeError } from "../exchange/errors.ts";
import { demandSameTenant, type Artifact } from "./artifact.ts";
import { ArtifactResource, type Arguments } from "./dynamic.ts";
import { enableCustomization, isDehydrated } from "./hydration.ts";
import type { Context, Problem, Properties } from "./lifecycle.ts";
import { withFreshReads } from "./lookup.ts";
import { removeLeftovers } from "./leftovers.ts";
import { runPreflight } from "./preflight.ts";
import { sweep } from "./sweep.ts";
import { UserError } from "./userError.ts";

export interface TenantInputs {
  readonly mark: string;
  /** Access modes, a line each: `impersonation`, `application`. */
  readonly access: string;
  readonly reach: "group" | "organization";
  /** The role of impersonation. */
  readonly role: string;
  /** The roles of the application, a line each. */
  readonly roles: string;
  /** Names of the objects. */
  readonly roleGroup: string;
  readonly securityGroup: string;
  readonly scope: string;
  readonly assignment: string;
  readonly application: string;
  /** The service user, as `upn` or `upn objectId`; empty without impersonation. */
  readonly user: string;
  /** First part of the service user's principal name. */
  readonly serviceUserName: string;
  /** Whether the stack makes the user, and so sweeps it. */
  readonly ownsUser: boolean;
  /** Client id of the vendor's app; empty for an own one. */
  readonly clientId: string;
  /** Object id of the enterprise app, where it is there already. */
  readonly app: string;
  /** Whether the stack makes the enterprise app, and so sweeps it. */
  readonly ownsApp: boolean;
  /** The mailboxes, as lines; completed by the preflight. */
  readonly members: string;
  readonly vanished: string;
  readonly mustStayOut: string;
  /** Address of the security group's owner; empty in reach `organization`. */
  readonly owner: string;
  readonly confirmedAddresses: readonly string[];
  /** Names of the objects that may be taken over, as in the setting `adopt`. */
  readonly adopt: readonly string[];
  readonly onDestroy: "remove" | "keep";
  readonly regrant: boolean;
  readonly allowOrganizationCustomization: boolean;
  readonly removeLeftovers: boolean;
  /** What the program found to belong to others (stacks/identities.ts). */
  readonly conflicts: readonly Problem[];
  /** Ids of the objects that the stack holds already, from its last outputs; empty where it holds none. */
  readonly known: KnownObjects;
}

export interface KnownObjects {
  readonly roleGroup: string;
  readonly securityGroup: string;
  readonly scope: string;
  readonly assignment: string;
  readonly exchangeServicePrincipal: string;
  /** `role guid` a line. */
  readonly applicationAssignments: string;
  /** Output `heldSince` of the application check. */
  readonly applicationHeldSince: string;
}

/** Whether a stack uses an access mode. */
export function uses({ access }: Pick<TenantInputs, "access">, mode: "impersonation" | "application"): boolean {
  return access.split("\n").includes(mode);
}

/** What a sweep needs to know (the names as they were when the objects were made), and what only an update does. */
const swept = [
  "mark",
  "access",
  "reach",
  "role",
  "roles",
  "roleGroup",
  "securityGroup",
  "scope",
  "assignment",
  "application",
  "user",
  "ownsUser",
  "clientId",
  "ownsApp",
  "removeLeftovers",
] as const;

/** Which mailbox each address meant: recorded, so that a later run sees where one means another (design.md §7.4). */
const lookedUp = ["members", "vanished", "mustStayOut"] as const;

/**
 * What the preflight alone asks for: `check` passes it on to nobody. The state's outputs hold what an `up` did last and its
 * inputs what was asked last, so each refresh would show these as changed whenever an `up` had nothing else to do.
 */
const askedOnly = ["known", "conflicts", "adopt", "confirmedAddresses", "onDestroy", "regrant"] as const;

/** What the state holds of the inputs. */
export type LastingInputs = Omit<TenantInputs, (typeof askedOnly)[number]>;

const lasting = (inputs: object): Properties =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => !askedOnly.some((each) => each === name)));

/** Cmdlets that an `up` may need. */
const assignmentWrites = [
  "New-ManagementRoleAssignment",
  "Set-ManagementRoleAssignment",
  "Remove-ManagementRoleAssignment",
];
const roleGroupWrites = ["New-RoleGroup", "Set-RoleGroup", "Remove-RoleGroup", "Update-RoleGroupMember"];
const applicationWrites = ["New-ServicePrincipal", "Set-ServicePrincipal", "Remove-ServicePrincipal"];
const groupWrites = [
  "New-DistributionGroup",
  "Set-DistributionGroup",
  "Remove-DistributionGroup",
  "Update-DistributionGroupMember",
  "New-ManagementScope",
  "Set-ManagementScope",
  "Remove-ManagementScope",
];

function neededWrites(inputs: LastingInputs): string[] {
  return [
    ...assignmentWrites,
    ...(uses(inputs, "impersonation") ? roleGroupWrites : []),
    ...(uses(inputs, "application") ? applicationWrites : []),
    ...(inputs.reach === "group" ? groupWrites : []),
  ];
}

export const tenant: Artifact = {
  title: "tenant",

  async check(context, recorded, desired) {
    const inputs = desired as unknown as TenantInputs;
    const old = recorded as unknown as TenantInputs | undefined;
    try {
      const { problems, ...addresses } = await runPreflight(context, inputs, old);
      return { inputs: lasting({ ...inputs, ...addresses }), problems };
    } catch (error) {
      if (!isExchangeError(error, "forbidden", "unauthorized")) throw error;
      return { inputs: lasting(inputs), problems: [missingRead(error)] };
    }
  },

  diff(recorded, desired) {
    return {
      changes: [...swept, ...lookedUp].some((name) => recorded[name] !== desired[name]),
      replaces: [],
      deleteBeforeReplace: false,
    };
  },

  async create(context, desired) {
    return { id: context.tenantId, properties: await open(context, desired) };
  },

  async read(context, recorded) {
    demandSameTenant(context, tenant.title, recorded.properties);
    const properties = lasting(recorded.properties);
    const inputs = Object.fromEntries(Object.entries(properties).filter(([name]) => name !== "tenantId"));
    return { properties, inputs };
  },

  async update(context, recorded, desired) {
    demandSameTenant(context, tenant.title, recorded.properties);
    return open(context, desired);
  },

  async remove(context, recorded) {
    demandSameTenant(context, tenant.title, recorded.properties);
    await sweep(withFreshReads(context), recorded.properties as unknown as LastingInputs);
  },
};

/** The last look before the first write: only `up` comes here, so the right to write is asked for here. */
async function open(context: Context, desired: Properties): Promise<Properties> {
  const inputs = desired as unknown as LastingInputs;
  const missing = await missingRights(context, inputs);
  if (missing.length > 0) throw new UserError(missing.join(" "));
  if (inputs.allowOrganizationCustomization && (await isDehydrated(context))) {
    await enableCustomization(context);
    await context.waitFor(
      "the organisation to be customised",
      async () => ((await isDehydrated(context)) ? undefined : true),
      2 * 60 * 60,
    );
  }
  await removeLeftovers(context, inputs);
  return { ...desired, tenantId: context.tenantId };
}

async function missingRights(context: Context, inputs: LastingInputs): Promise<Problem[]> {
  const allowed = await context.exchange.allowedCmdlets();
  const needed = neededWrites(inputs);
  const missing = allowed === undefined ? [] : needed.filter((cmdlet) => !allowed.has(cmdlet));
  const canMakeApps = context.graphRoles.some((role) => appAdministrators.has(role));
  const canMakeUsers =
    context.graphRoles.some((role) => ["User.ReadWrite.All", "Directory.ReadWrite.All"].includes(role)) ||
    context.directoryRoles.some((role) => userAdministrators.has(role));
  return [
    ...(missing.length > 0
      ? [
          `The automation identity may not run ${missing.join(", ")} in Exchange. Give its app the Entra role Exchange Administrator. Nothing was changed.`,
        ]
      : []),
    ...(inputs.ownsApp && context.graphRoles.length > 0 && !canMakeApps
      ? [
          "The automation identity may not make apps: it lacks Application.ReadWrite.All in Microsoft Graph. Nothing was changed.",
        ]
      : []),
    ...((inputs.ownsUser || inputs.removeLeftovers) && context.graphRoles.length > 0 && !canMakeUsers
      ? [
          "The automation identity may not make users: it lacks User.ReadWrite.All in Microsoft Graph. Nothing was changed.",
        ]
      : []),
  ];
}

const appAdministrators = new Set(["Application.ReadWrite.All", "Directory.ReadWrite.All"]);
function missingRead(error: ExchangeError): Problem {
  return `The automation identity may not read Exchange (${error.message}). Give its app the permission Exchange.ManageAsApp and the Entra role Exchange Administrator; to preview and verify, Global Reader is enough. Nothing was changed.`;
}

/** Global Administrator and User Administrator (template ids). */
const userAdministrators = new Set(["62e90394-69f5-4237-9190-012177145e10", "fe930be7-5e62-47db-91af-98c3a49a38b1"]);

/** The tenant as a Pulumi resource; its `id` is the tenant's GUID. */
export class Tenant extends ArtifactResource {
  declare readonly tenantId: pulumi.Output<string>;
  /** The listed mailboxes as looked up, `address objectId` a line. */
  declare readonly members: pulumi.Output<string>;
  declare readonly mustStayOut: pulumi.Output<string>;

  constructor(name: string, args: Arguments<TenantInputs>, options?: pulumi.CustomResourceOptions) {
    super("tenant", "Tenant", name, { tenantId: undefined, ...args }, options);
  }
}
