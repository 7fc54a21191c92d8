// `npm run onboard -- --stack NAME …`: the script with which the customer's administrator makes the automation identity, or
// takes it away. It goes to standard output, or into a file; the tenant is not asked.
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { isServer, organizationIn } from "../connection/serverPlace.ts";
import type { ReadSetting } from "../identity/connection.ts";
import { endpointsOf, environmentNames, readMetadata } from "../identity/endpoints.ts";
import { messageOf } from "../resources/lifecycle/userError.ts";
import { readCertificates } from "../stacks/certificate.ts";
import { needsOfSettings } from "../stacks/needs.ts";
import { readBytes } from "../stacks/textFile.ts";
import { readOptions, usage, WrongOption, type OnboardOptions } from "./onboard/options.ts";
import { credentialOf, entraRoleFor, permissionsFor, roleGroupFor, type Credential } from "./onboard/plan.ts";
import { scriptOf, serverScriptOf } from "./onboard/script.ts";
import { sayAs } from "./run/say.ts";
import { checkout } from "./setup/checkout.mjs";
import { NotRun, readConfiguration } from "./verify/stack.ts";

/** What is told beside the script. */
interface Printed {
  readonly script: string;
  readonly notes: readonly string[];
}

/** The script of a stack. @throws NotRun, WrongOption where it cannot be made */
export async function onboard(options: OnboardOptions, environment: NodeJS.ProcessEnv = process.env): Promise<Printed> {
  const { read, settings, problems } = await readConfiguration(options, environment);
  if (settings === undefined) throw new NotRun(`the stack's settings have mistakes: ${problems.join(" ")}`);
  if (isServer(read)) {
    const { writesAccount } = needsOfSettings(settings, options.isReader, true);
    return onboardServer(options, organizationIn(read) ?? "", writesAccount);
  }
  if (options.signIn?.kind === "account") {
    throw new WrongOption(
      "--account is for a stack of Exchange Server; this one is of Microsoft 365: --certificate or --github",
    );
  }
  const tenantId = read("azuread:tenantId") ?? "";
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenantId)) {
    throw new NotRun("azuread:tenantId has to be the tenant's GUID: write it into the stack's file first");
  }
  const access = options.isReader ? "read" : "write";
  const needs = needsOfSettings(settings, options.isReader);
  const role = options.usesRoleGroup
    ? roleGroupFor(needs, access, settings.application.roles)
    : entraRoleFor(needs, access);
  const script = scriptOf({
    stack: options.stack,
    tenantId: tenantId.toLowerCase(),
    graph: await graphOf(read),
    name: options.name,
    permissions: permissionsFor(needs, access),
    role,
    credential: notTheCallCentres(readCredential(options), settings.application.certificates),
  });
  return { script, notes: notesFor(options) };
}

/** The script for the Exchange Management Shell. */
function onboardServer(options: OnboardOptions, organization: string, makesAccount: boolean): Printed {
  const { stack, signIn, name, isReader, isUndo } = options;
  if (signIn?.kind !== "account") {
    throw new WrongOption(
      "the stack is of Exchange Server: name the account of the runs, --account svc-runs@ad.contoso.example",
    );
  }
  const script = serverScriptOf({ organization, account: signIn.name, name, isReader, makesAccount, isUndo });
  const notes = [
    "for an administrator of the organisation, who pastes it into the Exchange Management Shell",
    ...(isUndo ? [] : [`then: npm run doctor -- --stack ${stack}${isReader ? " --reader" : ""}`]),
  ];
  return { script, notes };
}

function readCredential({ signIn }: OnboardOptions): Credential | undefined {
  if (signIn === undefined || signIn.kind === "account") return undefined;
  try {
    return credentialOf(signIn, (path) => readFileSync(path, "utf8"));
  } catch (cause) {
    const path = signIn.kind === "certificate" ? signIn.path : "";
    const reason =
      cause instanceof Error && "code" in cause ? `cannot be read (${String(cause.code)})` : messageOf(cause);
    throw new WrongOption(`--certificate: ${path} ${reason}`, { cause });
  }
}

/** Whoever holds the identity's key opens every mailbox: the call centre's own never signs it in. */
function notTheCallCentres(credential: Credential | undefined, paths: readonly string[]): Credential | undefined {
  if (credential?.kind !== "certificate") return credential;
  const keyOf = (content: string): string =>
    new X509Certificate(Buffer.from(content, "base64")).publicKey.export({ type: "spki", format: "pem" }).toString();
  const { certificates } = readCertificates(paths, (path) => readBytes(path, checkout));
  const same = certificates.find(({ content }) => keyOf(content) === keyOf(credential.content));
  if (same === undefined) return credential;
  throw new WrongOption(
    `--certificate: has the key of the call centre's certificate ${same.thumbprint} in application.certificates: with it the call centre would be the automation identity, which can open every mailbox. Name a certificate of your own`,
  );
}

async function graphOf(read: ReadSetting): Promise<string> {
  const host = read("azuread:metadataHost");
  if (host !== undefined) return (await readMetadata(host)).graph;
  const name = read("azuread:environment") ?? "public";
  const endpoints = endpointsOf(name);
  if (endpoints === undefined) throw new NotRun(`azuread:environment has to be one of ${environmentNames.join(", ")}`);
  return endpoints.graph;
}

function notesFor({ stack, signIn, isReader }: OnboardOptions): string[] {
  if (signIn === undefined) return ["take the client id out of the stack's file once the script has run"];
  return [
    "for the customer's administrator, who pastes it into Azure Cloud Shell; it prints the client id for the stack's file",
    `then: npm run doctor -- --stack ${stack}${isReader ? " --reader" : ""} shows whether every right is there`,
  ];
}

const say = sayAs("onboard");

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  try {
    const options = readOptions(args);
    const { script, notes } = await onboard(options);
    if (options.out === undefined) process.stdout.write(script);
    else writeFileSync(options.out, script);
    for (const note of notes) say(note);
    return 0;
  } catch (error) {
    say(messageOf(error));
    if (error instanceof WrongOption) say("--help tells the options");
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
