/** Settings that do nothing in what a stack asks for: refused by name, because who wrote them expects something. Pure. */
import type { Settings } from "./settings.ts";

/** What a stack holds of an access mode, or of a group and its scope: its settings count as long as it is there. */
export interface Held {
  readonly impersonation: boolean;
  readonly application: boolean;
  /** Security group and scope. */
  readonly group: boolean;
}

/** One setting without effect. */
export interface Idle {
  /** As in contradiction.ts. */
  readonly keys: readonly (keyof Settings)[];
  readonly problem: string;
  /** Whether the stack still holds what it is about: then it is noted, and refused only when that is gone. */
  readonly isHeld: boolean;
}

interface Rule {
  /** The setting's path. */
  readonly path: string;
  /** Why it has no effect, as it follows on "has no effect". */
  readonly why: string;
  /** What would have to be there for it to count; `undefined` where nothing could. */
  readonly of: keyof Held | undefined;
  /** What gives it its effect; `undefined` where leaving it out is all that there is to do. */
  readonly cure?: string;
}

/**
 * Everything that is set and has no effect.
 * @param given paths of the settings that the stack has, e.g. `names`, `names.scope`; the others are defaults
 * @param held what the stack still holds: a change-over takes it away in the run in which its settings lose their effect
 */
export function withoutEffect(settings: Settings, given: ReadonlySet<string>, held: Held): Idle[] {
  const parts = [ofImpersonation, ofApplication, ofGroup, ofUser, ofChannel];
  const rules = parts.flatMap((rulesOf) => rulesOf(settings));
  return rules
    .filter(({ path }) => isSet(settings, given, path))
    .map(({ path, why, of, cure }) => {
      const isHeld = of !== undefined && held[of];
      // What is still there was just taken out of the settings: that was meant.
      const way = isHeld
        ? "Leave it out when this run is through"
        : cure === undefined
          ? "Leave it out"
          : isLikelyMeant(path)
            ? `${upper(cure)}, or leave it out`
            : `Leave it out, or ${cure}`;
      return {
        keys: ["access", "reach", ...(path.split(".", 1) as (keyof Settings)[])],
        problem: `${path}: has no effect ${why}. ${way}.`,
        isHeld,
      };
    });
}

/** Whether who wrote this meant the mode: an app is named for nothing else; a name may be left from a template. */
function isLikelyMeant(path: string): boolean {
  return ["application", "serviceUser.existing"].includes(path);
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Given, and not by its default: `removeLeftovers: false` promises nothing. */
function isSet(settings: Settings, given: ReadonlySet<string>, path: string): boolean {
  const value = settings[path as keyof Settings];
  return given.has(path) && value !== false;
}

function ofImpersonation({ access, removeLeftovers }: Settings): Rule[] {
  if (access.includes("impersonation")) return [];
  const why = `in access ${JSON.stringify(access)}: it is about the mode "impersonation", which access has to name`;
  // These two say what the leftovers are called.
  const read = removeLeftovers ? ["names.roleGroup", "serviceUser.name"] : [];
  return [
    ...["name", "domain", "displayName", "usageLocation", "organizationalUnit", "existing"].map(
      (name) => `serviceUser.${name}`,
    ),
    ...["names.roleGroup", "names.assignment", "passwordRotation", "callCentreClientId"],
  ]
    .filter((path) => !read.includes(path))
    .map((path) => ({ path, why, of: "impersonation", cure: 'add "impersonation" to access' }));
}

function ofApplication({ access }: Settings): Rule[] {
  if (access.includes("application")) return [];
  const why = `in access ${JSON.stringify(access)}: it is about the mode "application", which access has to name`;
  const paths = ["application", "revokeTenantWideConsent", "removeLeftovers", "names.application"];
  return paths.map((path) => ({ path, why, of: "application", cure: 'add "application" to access' }));
}

function ofGroup({ reach }: Settings): Rule[] {
  const why = 'in reach "organization", which needs no security group and no scope';
  const paths = ["owner", "names.securityGroup", "names.scope"];
  return reach === "organization"
    ? paths.map((path) => ({ path, why, of: "group", cure: 'set reach to "group"' }))
    : [];
}

function ofUser({ access, serviceUser }: Settings): Rule[] {
  if (!access.includes("impersonation") || serviceUser.existing === undefined) return [];
  const why = "beside serviceUser.existing: that user is used as it is";
  const own = ["name", "domain", "displayName", "usageLocation", "organizationalUnit"].map(
    (name) => `serviceUser.${name}`,
  );
  return [...own, "passwordRotation"].map((path) => ({ path, why, of: undefined }));
}

function ofChannel({ exchange: { channel } }: Settings): Rule[] {
  const over = `over the channel ${JSON.stringify(channel)}`;
  const toOnline = [
    "callCentreClientId",
    "serviceUser.usageLocation",
    "allowOrganizationCustomization",
    "exchangeEndpoint",
  ];
  return [
    ...(channel === "powershell"
      ? []
      : [
          {
            path: "exchange.runspace",
            why: `${over}: it is about PowerShell`,
            cure: 'set exchange.channel to "powershell"',
          },
        ]),
    ...(channel === "server"
      ? toOnline.map((path) => ({ path, why: `${over}: Exchange Server has no such thing` }))
      : [
          ...["exchange.server", "serviceUser.organizationalUnit"].map((path) => ({
            path,
            why: `${over}: it is about Exchange Server`,
            cure: 'set exchange.channel to "server"',
          })),
        ]),
  ].map((rule) => ({ ...rule, of: undefined }));
}
