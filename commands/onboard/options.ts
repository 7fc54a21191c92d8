// What `npm run onboard` is asked for.
import { parseArgs } from "node:util";
import { messageOf } from "../../resources/lifecycle/userError.ts";

export const usage = `usage: npm run onboard -- --stack NAME (--certificate FILE | --github OWNER/REPOSITORY (--environment NAME | --branch NAME))
                         [--reader] [--exchange-role-group] [--name TEXT] [--out FILE]
       npm run onboard -- --stack NAME --undo [--reader] [--exchange-role-group] [--name TEXT] [--out FILE]
       npm run onboard -- --stack NAME --account NAME [--undo] [--reader] [--name TEXT] [--out FILE]     Exchange Server

Prints one script for the customer's administrator to paste into Azure Cloud Shell (PowerShell): it makes the automation
identity of this stack, with the rights that its settings need and nothing else, and can be run again. It holds no secret.
Nothing is sent to the tenant by this command.

  --stack NAME           the stack: its settings say which tenant, and which rights
  --certificate FILE     the identity's public certificate (PEM); its key stays where the runs are
  --github OWNER/REPO    instead of it: the repository whose pipeline runs the commands, which then needs no secret
  --environment NAME     … and the environment of GitHub that it runs in
  --branch NAME          … or the branch
  --account NAME         for a stack of Exchange Server: the user principal name of the runs' account in Active Directory
  --reader               an identity that only reads: drift checks and proofs
  --exchange-role-group  a role group of Exchange instead of an Entra role: less than Exchange Administrator
  --name TEXT            what the app is called; default: Calendar access automation, or Calendar access reader
  --undo                 prints the reverse: it removes what the script made, and nothing else
  --out FILE             writes the script there instead of printing it
  --config-file FILE     the stack's settings file, where it is not in stacks/

Exit codes: 0 printed; 2 it cannot be made.`;

/** What signs in later. */
export type SignIn =
  | { readonly kind: "account"; readonly name: string }
  | { readonly kind: "certificate"; readonly path: string }
  | {
      readonly kind: "github";
      readonly repository: string;
      readonly where: "environment" | "branch";
      readonly name: string;
    };

export interface OnboardOptions {
  readonly stack: string;
  readonly configFile?: string;
  /** `undefined` for the reverse in Microsoft 365. */
  readonly signIn: SignIn | undefined;
  readonly isUndo: boolean;
  readonly isReader: boolean;
  readonly usesRoleGroup: boolean;
  readonly name: string;
  readonly out: string | undefined;
}

/** An option is wrong; the message names it, and what is right. */
export class WrongOption extends Error {}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const known = {
  stack: { ...text, short: "s" },
  ...{
    certificate: text,
    github: text,
    account: text,
    environment: text,
    branch: text,
    name: text,
    out: text,
    "config-file": text,
  },
  ...{ reader: flag, "exchange-role-group": flag, undo: flag },
} as const;

/** Reads the command line. @throws WrongOption */
export function readOptions(args: readonly string[]): OnboardOptions {
  const values = parse(args);
  const stack = values.stack?.trim() ?? "";
  if (stack === "") throw new WrongOption("--stack is missing: name the stack, e.g. --stack contoso");
  const isReader = values.reader === true;
  const name = (values.name ?? (isReader ? "Calendar access reader" : "Calendar access automation")).trim();
  if (name === "" || name.length > 100 || /\p{Cc}/u.test(name)) {
    throw new WrongOption("--name: write one line of at most 100 characters");
  }
  const configFile = values["config-file"];
  return {
    stack,
    ...(configFile === undefined ? {} : { configFile }),
    signIn: signInOf(values),
    isUndo: values.undo === true,
    isReader,
    usesRoleGroup: values["exchange-role-group"] === true,
    name,
    out: values.out,
  };
}

type Values = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known }).values;
  } catch (cause) {
    const options = Object.keys(known).map((name) => `--${name}`);
    throw new WrongOption(`${messageOf(cause)}. Options: ${options.join(", ")}`, { cause });
  }
}

function signInOf(values: Values): SignIn | undefined {
  if (values.account !== undefined) return accountOf(values);
  if (values.undo !== true) return givenSignIn(values);
  const idle = (["certificate", "github", "environment", "branch"] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (idle.length > 0) throw new WrongOption(`--undo: leave out ${idle.map((name) => `--${name}`).join(", ")}`);
  return undefined;
}

function accountOf(values: Values): SignIn {
  const idle = (["certificate", "github", "environment", "branch", "exchange-role-group"] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (idle.length > 0) {
    throw new WrongOption(`--account is for Exchange Server: leave out ${idle.map((name) => `--${name}`).join(", ")}`);
  }
  const name = values.account?.trim() ?? "";
  if (!/^[^\s@]+@[^\s@]+$/.test(name)) {
    throw new WrongOption(
      `--account: ${JSON.stringify(values.account)} is no user principal name, e.g. svc-runs@ad.contoso.example`,
    );
  }
  return { kind: "account", name };
}

function givenSignIn({ certificate, github, environment, branch }: Values): SignIn {
  if ((certificate === undefined) === (github === undefined)) {
    throw new WrongOption(
      "write how the identity signs in: --certificate FILE, or --github OWNER/REPOSITORY with --environment or --branch",
    );
  }
  if (certificate !== undefined) {
    if (environment !== undefined || branch !== undefined) {
      throw new WrongOption("--environment and --branch go with --github: leave them out");
    }
    return { kind: "certificate", path: certificate };
  }
  const repository = github?.trim() ?? "";
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new WrongOption(`--github: ${JSON.stringify(github)} is no repository: write OWNER/REPOSITORY`);
  }
  const name = environment ?? branch ?? "";
  if ((environment === undefined) === (branch === undefined) || !/^[\w./-]{1,100}$/.test(name)) {
    throw new WrongOption(
      "--github needs --environment NAME or --branch NAME (letters, digits, . / - _): a token of any other job is refused then",
    );
  }
  return { kind: "github", repository, where: environment === undefined ? "branch" : "environment", name };
}
