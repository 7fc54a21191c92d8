/**
 * What this `up` ends of the call centre's own way in: the old one goes in the same run that makes the new one, so whoever
 * uses it has to know before. A way in that goes as a whole is another matter (resources/tenant/changeOver.ts). Pure.
 */
import { linesOf } from "../resources/recipients/memberList.ts";
import type { OwnState } from "./ownState.ts";
import type { Settings } from "./settings.ts";

/** What the stack holds and was asked for last, as far as it matters here. */
type Before = Pick<OwnState, "user" | "application" | "enterpriseApp" | "certificates" | "asked">;

/** What is asked for now. */
interface After {
  readonly settings: Settings;
  /** User principal name of the user that the stack makes or takes over. */
  readonly account: string | undefined;
  /** The listed certificates: base64 of the DER. */
  readonly certificates: readonly string[];
}

/** Lines for `pulumi.log.warn`, each with what the call centre needs. */
export function cutOffs(before: Before, after: After): string[] {
  const stays = (mode: "impersonation" | "application"): boolean =>
    linesOf(before.asked.access).includes(mode) && after.settings.access.includes(mode);
  return [
    ...(stays("impersonation") ? ofImpersonation(before, after) : []),
    ...(stays("application") ? ofApplication(before, after) : []),
  ];
}

function ofImpersonation({ user, asked }: Before, { settings, account }: After): string[] {
  const [old = ""] = asked.user.trim().split(" ");
  const name = account ?? settings.serviceUser.existing ?? "";
  if (old !== "" && old.toLowerCase() !== name.toLowerCase()) {
    if (user !== undefined && account !== undefined) {
      return [
        `serviceUser: the call centre's user ${old} is called ${name} from this up on, and signs in by that name alone, with the password that it has. Hand userName over.`,
      ];
    }
    const needs = account === undefined ? `the name and password of ${name}` : "userName and password, which up makes";
    return [
      `serviceUser: this up lets ${name} in instead of ${old}, whose access ends with it. The call centre stays out until it has ${needs}: agree on the moment with it.`,
    ];
  }
  if (asked.assignment === settings.names.assignment) return [];
  return [madeAnew("names.assignment", "the role assignment of impersonation", "for how long is not known")];
}

function ofApplication(before: Before, { settings, certificates }: After): string[] {
  const { application, enterpriseApp, asked } = before;
  const { clientId, roles } = settings.application;
  const name = clientId?.toLowerCase() ?? application?.clientId ?? "";
  if (enterpriseApp !== undefined && enterpriseApp.clientId !== name) {
    const [who, needs] =
      name === "" ? ["an app of the stack's own", "has the new clientId"] : [`the app ${name}`, "uses that app"];
    return [
      `application.clientId: this up lets ${who} in instead of ${enterpriseApp.clientId}, whose access ends with it. The call centre stays out until it ${needs}, and Exchange may take two hours to let that in: agree on the moment with it.`,
    ];
  }
  const listed = linesOf(before.certificates);
  const [isRenamed, isOtherReach] = [asked.application !== settings.names.application, asked.reach !== settings.reach];
  return [
    ...(clientId === undefined && listed.length > 0 && !listed.some((content) => certificates.includes(content))
      ? [
          "application.certificates: no certificate that the app has stays on the list, so this up shuts the call centre out until it uses the new one. Leave the old one on until it does.",
        ]
      : []),
    ...(linesOf(asked.roles).some((role) => roles.includes(role))
      ? []
      : [
          `application.roles: the app keeps none of its roles: what the call centre does by ${linesOf(asked.roles).join(", ")} ends with this up, and Exchange may take two hours to let it in by ${roles.join(", ")}.`,
        ]),
    ...(isRenamed || isOtherReach
      ? [madeAnew(isRenamed ? "names.application" : "reach", "the app's role assignments", "for up to two hours")]
      : []),
  ];
}

function madeAnew(setting: string, what: string, howLong: string): string {
  return `${setting}: this up makes ${what} anew and removes the old in the same run. The call centre's credentials stay, but Exchange may refuse it now and then, ${howLong}: tell it.`;
}
