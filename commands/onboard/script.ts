// The script for the customer's administrator: what it is to bring about as literals, then the code that is the same for
// every stack (*.ps1 beside this file). In one block, so that a paste is run as a whole or not at all.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { impersonationRole } from "../../resources/lifecycle/managementRole.ts";
import { valueOf } from "./literal.ts";
import type { Credential, Permission, Role } from "./plan.ts";

/** What the script is about. */
export interface ScriptPlan {
  /** Of the stack; no quoting is needed for what the engine takes as one. */
  readonly stack: string;
  readonly tenantId: string;
  /** Origin of Microsoft Graph. */
  readonly graph: string;
  /** Of the app, and of the role group. */
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly role: Role;
  /** `undefined` for the reverse. */
  readonly credential: Credential | undefined;
}

/** By which the script knows what it made. */
const mark = "Made by calendar-access onboard: the automation identity";

/** The script's text. */
export function scriptOf(plan: ScriptPlan): string {
  const { credential } = plan;
  const code = ["common.ps1", credential === undefined ? "undo.ps1" : "make.ps1"];
  return inOneBlock(headOf(plan), dataOf(plan), code);
}

/** What a script for an organisation of Exchange Server is about. */
export interface ServerPlan {
  /** The organisation's GUID. */
  readonly organization: string;
  /** The account of the runs: a user principal name. */
  readonly account: string;
  /** Of the role group. */
  readonly name: string;
  readonly isReader: boolean;
  /** Whether the stack makes the call centre's account. */
  readonly makesAccount: boolean;
  /** Whether it is the reverse. */
  readonly isUndo: boolean;
}

/** The script's text, for the Exchange Management Shell. */
export function serverScriptOf(plan: ServerPlan): string {
  const { organization, account, name, isReader, makesAccount, isUndo } = plan;
  const head = [
    isUndo
      ? "# Takes the roles of calendar-access's account away again."
      : "# Gives an account of Active Directory what calendar-access needs to work in this organisation, and nothing else.",
    "# Paste it into the Exchange Management Shell as a member of Organization Management. It can be run again, and holds no",
    "# secret. Whoever has this account can open every mailbox: read it before you run it.",
    "",
  ];
  const data = [
    `$organization = ${valueOf(organization)}`,
    `$account = ${valueOf(account)}`,
    `$name = ${valueOf(name)}`,
    `$mark = ${valueOf(mark)}`,
    `$isReader = ${valueOf(isReader)}`,
    `$roles = ${valueOf([...serverRoles, ...(makesAccount ? accountRoles : [])])}`,
    `$delegates = ${valueOf(impersonationRole)}`,
  ];
  return inOneBlock(head, data, [isUndo ? "serverUndo.ps1" : "serverMake.ps1"]);
}

/** docs/operator.md, "Exchange Server", says what each is for. */
const serverRoles = [
  "Role Management",
  "Mail Recipients",
  "Distribution Groups",
  "Security Group Creation and Membership",
  "View-Only Configuration",
];

const accountRoles = ["Mail Recipient Creation", "User Options"];

function inOneBlock(head: readonly string[], data: readonly string[], files: readonly string[]): string {
  const code = files.map(read).flatMap((text) => [...text.trimEnd().split("\n"), ""]);
  return [...head, "& {", ...data, "", ...code, "}", ""].join("\n");
}

function headOf({ credential }: ScriptPlan): string[] {
  const what =
    credential === undefined
      ? "# Removes the automation identity of calendar-access again."
      : "# Makes the automation identity of calendar-access: an app that may do what stands below, and nothing else.";
  return [
    what,
    "# Paste it into Azure Cloud Shell (shell.azure.com, PowerShell) as a Global Administrator, or save and run it there. It can",
    "# be run again. It holds no secret. Whoever has this identity can open every mailbox: read it before you run it.",
    "",
  ];
}

function dataOf({ tenantId, graph, name, permissions, role, credential }: ScriptPlan): string[] {
  const { reason, ...plainRole } =
    role.kind === "entra" ? role : { ...role, reason: "less than Exchange Administrator" };
  return [
    `$tenantId = ${valueOf(tenantId)}`,
    `$graph = ${valueOf(graph)}`,
    `$name = ${valueOf(name)}`,
    `$mark = ${valueOf(mark)}`,
    ...(credential === undefined
      ? []
      : [
          "$permissions = @(",
          ...permissions.map(({ reason: why, ...each }) => `  ${valueOf(each)} # ${why}`),
          ")",
          `$credential = ${valueOf(credential)}`,
        ]),
    `$role = ${valueOf(plainRole)} # ${reason}`,
  ];
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, file), "utf8");
}
