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
import { runPreflight } from "./preflight.ts";
import { sweep } from "./sweep.ts";
import { UserError } from "./userError.ts";

export interface TenantInputs {
  readonly mark: string;
  readonly reach: "group" | "organization";
  readonly role: string;
  /** Names of the objects. */
  readonly roleGroup: string;
  readonly securityGroup: string;
  readonly scope: string;
  readonly assignment: string;
  /** The service user, as `upn` or `upn objectId`. */
  readonly user: string;
  /** Whether the stack makes the user, and so sweeps it. */
  readonly ownsUser: boolean;
  /** The mailboxes, as lines; completed by the preflight. */
  readonly members: string;
  readonly vanished: string;
  readonly mustStayOut: string;
  /** Address of the security group's owner; empty in reach `organization`. */
  readonly owner: string;
  readonly confirmedAddresses: readonly string[];
  /** Names of the objects that may be taken over: `roleGroup`, `securityGroup`, `scope`, `assignment`. */
  readonly adopt: readonly string[];
  readonly onDestroy: "remove" | "keep";
  readonly regrant: boolean;
  readonly allowOrganizationCustomization: boolean;
  /** GUIDs of the objects that the stack holds already, from its last outputs; empty where it holds none. */
  readonly known: Readonly<Record<"roleGroup" | "securityGroup" | "scope" | "assignment", string>>;
}

/** What a sweep needs to know: the names as they were when the objects were made. */
const swept = [
  "mark",
  "roleGroup",
  "securityGroup",
  "scope",
  "assignment",
  "role",
  "reach",
  "user",
  "ownsUser",
] as const;

/** Which mailbox each address meant: recorded, so that a later run sees where one means another (design.md §7.4). */
const lookedUp = ["members", "vanished", "mustStayOut"] as const;

/**
 * What the preflight alone asks for: `check` passes it on to nobody. The state's outputs hold what an `up` did last and its
 * inputs what was asked last, so each refresh would show these as changed whenever an `up` had nothing else to do.
 */
const askedOnly = new Set(["known", "adopt", "confirmedAddresses", "onDestroy", "regrant"]);

const lasting = (inputs: object): Properties =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => !askedOnly.has(name)));

/** Cmdlets that every `up` may need. */
const writes = [
  "New-RoleGroup",
  "Set-RoleGroup",
  "Remove-RoleGroup",
  "Update-RoleGroupMember",
  "New-ManagementRoleAssignment",
  "Set-ManagementRoleAssignment",
  "Remove-ManagementRoleAssignment",
];

/** And those of reach `group`. */
const groupWrites = [
  "New-DistributionGroup",
  "Set-DistributionGroup",
  "Remove-DistributionGroup",
  "Update-DistributionGroupMember",
  "New-ManagementScope",
  "Set-ManagementScope",
  "Remove-ManagementScope",
];

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
    await sweep(withFreshReads(context), recorded.properties as unknown as TenantInputs);
  },
};

/** The last look before the first write: only `up` comes here, so the right to write is asked for here. */
async function open(context: Context, desired: Properties): Promise<Properties> {
  const inputs = desired as unknown as TenantInputs;
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
  return { ...desired, tenantId: context.tenantId };
}

async function missingRights(context: Context, inputs: TenantInputs): Promise<Problem[]> {
  const allowed = await context.exchange.allowedCmdlets();
  const needed = inputs.reach === "group" ? [...writes, ...groupWrites] : writes;
  const missing = allowed === undefined ? [] : needed.filter((cmdlet) => !allowed.has(cmdlet));
  const canMakeUsers =
    context.graphRoles.some((role) => ["User.ReadWrite.All", "Directory.ReadWrite.All"].includes(role)) ||
    context.directoryRoles.some((role) => userAdministrators.has(role));
  return [
    ...(missing.length > 0
      ? [
          `The automation identity may not run ${missing.join(", ")} in Exchange. Give its app the Entra role Exchange Administrator. Nothing was changed.`,
        ]
      : []),
    ...(inputs.ownsUser && context.graphRoles.length > 0 && !canMakeUsers
      ? [
          "The automation identity may not make users: it lacks User.ReadWrite.All in Microsoft Graph. Nothing was changed.",
        ]
      : []),
  ];
}

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
