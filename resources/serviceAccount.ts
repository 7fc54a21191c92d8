/**
 * The service user on Exchange Server: an account of Active Directory with its mailbox, made by New-Mailbox. It is deleted
 * only if the stack made it and it still bears the mark; any other account is only used (serviceUser.existing).
 */
import { isExchangeError } from "../exchange/errors.ts";
import type { ExchangeObject } from "../exchange/session.ts";
import { artifactOf } from "./lifecycle/reconciler.ts";
import { demandSameTenant, isUnknown, UnfinishedError, type Artifact } from "./lifecycle/artifact.ts";
import type { Context, Found, Lifecycle, Observed, Ownership, Problem, Properties } from "./lifecycle/contract.ts";
import { flag, guid, text } from "./lifecycle/exchangeValue.ts";
import { getByGuid, getOne } from "./lifecycle/lookup.ts";
import { bearsMark, foreignMark } from "./lifecycle/mark.ts";
import { readSplit, whySplitStays } from "./lifecycle/splitPermissions.ts";
import { demandRefusal } from "./proof/ewsRefusal.ts";
import { asUserError, messageOf, UserError } from "./lifecycle/userError.ts";

/** What the account is to be. */
export interface ServiceAccountInputs extends Ownership {
  /** User principal name. */
  readonly name: string;
  readonly displayName: string;
  /** Where it is made; empty for the domain's own place. One that is there is never moved. */
  readonly organizationalUnit: string;
  readonly hiddenFromAddressLists: boolean;
  /** Whether it may open a remote PowerShell, which every new account may. */
  readonly remotePowerShell: boolean;
  /** Secret. No cmdlet tells it, so one that was changed by hand is not seen. */
  readonly password: string;
}

const title = "service user's account";

/**
 * The account's lifecycle. New-Mailbox takes no notes for an account of a person, so the mark travels as the display name
 * of the call that makes it, and moves to the notes in the call that gives it its own (facts/powershell.md §3).
 */
export const serviceAccountLifecycle: Lifecycle<ServiceAccountInputs> = {
  kind: "serviceAccount",
  title,
  compared: ["name", "displayName", "hiddenFromAddressLists", "remotePowerShell"],
  replacedBy: [],

  async resolve(context, desired, recorded) {
    const { organizationalUnit: unit } = desired;
    if (recorded !== undefined)
      return { inputs: desired, problems: await refuseUnderSplit(context, desired, recorded) };
    if (unit === "") return { inputs: desired, problems: [] };
    const found = await getOne(context.exchange, "Get-OrganizationalUnit", { Identity: unit }).catch(unlessForbidden);
    if (found !== undefined) return { inputs: desired, problems: [] };
    const problem = `serviceUser.organizationalUnit: there is no organisational unit ${unit}. Write it from its domain on, e.g. ad.example.com/Service accounts, or leave it out. Nothing was changed.`;
    return { inputs: desired, problems: [problem] };
  },

  async find(context, desired) {
    const user = await getOne(context.exchange, "Get-User", { Identity: desired.name });
    if (user === undefined || !isCalled(user, desired.name)) return [];
    return [describe(user, desired)];
  },

  async create(context, { name, organizationalUnit, mark, password }) {
    const [made] = await context.exchange.write("New-Mailbox", {
      Name: name.split("@")[0] ?? name,
      UserPrincipalName: name,
      DisplayName: mark,
      Password: password,
      ResetPasswordOnNextLogon: false,
      RemotePowerShellEnabled: false,
      ...(organizationalUnit === "" ? {} : { OrganizationalUnit: organizationalUnit }),
    });
    if (made === undefined) throw new UserError(`${title}: Exchange accepted it but returned nothing.`);
    return guid(made);
  },

  observe: observeAccount,

  async sight(context, id, recorded) {
    const [user, mailbox] = await readAccount(context, id);
    return user && { id, inputs: recorded, outputs: { ...notesOf(user), hasMailbox: mailbox !== undefined } };
  },

  async align(context, live, desired) {
    const Identity = live.id;
    const { name, displayName, remotePowerShell } = live.inputs;
    if (name !== desired.name || displayName !== desired.displayName || remotePowerShell !== desired.remotePowerShell) {
      await context.exchange.write("Set-User", {
        Identity,
        ...(name === desired.name ? {} : { UserPrincipalName: desired.name }),
        DisplayName: desired.displayName,
        Notes: desired.mark,
        RemotePowerShellEnabled: desired.remotePowerShell,
      });
    }
    if (live.inputs.hiddenFromAddressLists !== desired.hiddenFromAddressLists) {
      const HiddenFromAddressListsEnabled = desired.hiddenFromAddressLists;
      await context.exchange.write("Set-Mailbox", { Identity, HiddenFromAddressListsEnabled });
    }
  },

  async whyStays(context, { id, inputs, outputs }) {
    const isOurs = isMarked(outputs, inputs.mark);
    if (isOurs && outputs["hasMailbox"] === true) {
      return whySplitStays(context, `user ${inputs.name}`, `Remove-ADUser -Identity ${id}`);
    }
    const reason = isOurs
      ? "it has no mailbox any more, and Exchange deletes no account without one, so it is left as it is. Remove it in Active Directory"
      : "it does not bear this stack's mark any more (in its notes), so nobody can tell whose it is by now, and it is left as it is. If it is there for this access alone, remove it by hand (Remove-Mailbox)";
    return `user ${inputs.name}: ${reason}.`;
  },

  async remove(context, live) {
    await demandRefusal(context, { userName: live.inputs.name, password: live.inputs.password });
    context.report(`user ${live.inputs.name}: ${endOfAccount}.`);
    await context.exchange.write("Remove-Mailbox", { Identity: live.id, Confirm: false });
  },
};

/** What one cmdlet or another changes of the account that is no attribute of Exchange's. */
const ofDirectory = ["name", "displayName", "remotePowerShell", "password"] as const;

async function refuseUnderSplit(
  context: Context,
  desired: ServiceAccountInputs,
  recorded: ServiceAccountInputs,
): Promise<Problem[]> {
  const changed = ofDirectory.filter((each) => !isUnknown(desired[each]) && desired[each] !== recorded[each]);
  if (changed.length === 0 || (await readSplit(context)).state !== "activeDirectory") return [];
  return [
    `serviceUser: Exchange may change no account here (split permissions of Active Directory), but ${changed.join(", ")} of ${recorded.name} would change. Leave the setting as it was, or have it put back in Active Directory. Nothing was changed.`,
  ];
}

/** Whoever may make an account need not be let see units: then New-Mailbox tells. */
function unlessForbidden(error: unknown): "unknown" {
  if (isExchangeError(error, "forbidden")) return "unknown";
  throw error;
}

/** What a removal means; said before it. */
export const endOfAccount =
  "Remove-Mailbox deletes the account from Active Directory; its mailbox stays disconnected for the database's retention time";

async function observeAccount(
  context: Context,
  id: string,
  recorded: ServiceAccountInputs,
): Promise<Observed<ServiceAccountInputs> | undefined> {
  const [user, mailbox] = await readAccount(context, id);
  if (user === undefined) return undefined;
  const upn = text(user, "UserPrincipalName");
  const { organizationalUnit, password, mark, adopt, onDestroy } = recorded;
  return {
    id,
    inputs: {
      // User names are the same in any case.
      name: isCalled(user, recorded.name) ? recorded.name : upn,
      displayName: text(user, "DisplayName"),
      organizationalUnit,
      // No address list shows an account without a mailbox, and impersonation needs none.
      hiddenFromAddressLists: mailbox === undefined || flag(mailbox, "HiddenFromAddressListsEnabled"),
      remotePowerShell: flag(user, "RemotePowerShellEnabled"),
      password,
      mark,
      adopt,
      onDestroy,
    },
    outputs: notesOf(user),
  };
}

/** The account and its mailbox; an account may have lost that (Disable-Mailbox). */
async function readAccount(
  { exchange }: Context,
  id: string,
): Promise<[user: ExchangeObject | undefined, mailbox: ExchangeObject | undefined]> {
  return Promise.all([getByGuid(exchange, "Get-User", id), getByGuid(exchange, "Get-Mailbox", id)]);
}

/** Where the mark stands. */
function notesOf(user: ExchangeObject): { readonly notes: string; readonly shownAs: string } {
  return { notes: text(user, "Notes"), shownAs: text(user, "DisplayName") };
}

function isMarked({ notes, shownAs }: Properties, mark: string): boolean {
  return bearsMark(notes, mark) || bearsMark(shownAs, mark);
}

function isCalled(user: ExchangeObject, name: string): boolean {
  return text(user, "UserPrincipalName").toLowerCase() === name.toLowerCase();
}

function describe(user: ExchangeObject, { mark }: ServiceAccountInputs): Found {
  const where = notesOf(user);
  const ours = isMarked(where, mark);
  return {
    id: guid(user),
    title: `user ${text(user, "UserPrincipalName")}`,
    ours,
    other: ours ? undefined : (foreignMark(where.notes, mark) ?? foreignMark(where.shownAs, mark)),
    obstacles: ours ? [] : ["an account that is there is only used as it is, by serviceUser.existing"],
  };
}

const account = artifactOf(serviceAccountLifecycle);

/** The account as an artifact: beside what can be compared, another password is set where another one was made. */
export const serviceAccount: Artifact = {
  ...account,

  diff(recorded, desired) {
    const plan = account.diff(recorded, desired);
    return { ...plan, changes: plan.changes || recorded["password"] !== desired["password"] };
  },

  async create(context, desired) {
    const before = await serviceAccountLifecycle.find(context, desired as unknown as ServiceAccountInputs);
    const made = await account.create(context, desired);
    // One of ours that an interrupted run left has the password that was made then.
    if (before.length === 0) return made;
    try {
      await setPassword(context, made.id, desired);
    } catch (error) {
      throw new UnfinishedError(
        made.id,
        { ...made.properties, password: "" },
        `${messageOf(error)} The account is recorded without its password: run up again.`,
        { cause: error },
      );
    }
    return made;
  },

  async update(context, recorded, desired) {
    demandSameTenant(context, title, recorded.properties);
    if (recorded.properties["password"] !== desired["password"]) await setPassword(context, recorded.id, desired);
    return account.update(context, recorded, desired);
  },
};

/** Nobody can see whether it was set: where that fails the state keeps the one before, and the next `up` sets it again. */
async function setPassword(context: Context, id: string, { password }: Properties): Promise<void> {
  try {
    await context.exchange.write("Set-Mailbox", { Identity: id, Password: String(password) });
  } catch (error) {
    throw asUserError(title, error);
  }
}
