/** What the stack recorded about itself in its last outputs; empty on the first run. */
import * as pulumi from "@pulumi/pulumi";
import type { Held } from "./withoutEffect.ts";
import { nothingKnown, type KnownObjects } from "../resources/tenantInputs.ts";

/** Ids of what the stack holds; an empty string where it holds nothing. */
export interface StackRecord extends KnownObjects {
  readonly initialDomain: string;
  /** Of the user that the stack made or took over. */
  readonly userPrincipalName: string;
  readonly serviceUserAdopted: boolean;
  /** Object id of the enterprise app. */
  readonly enterpriseApp: string;
  /** Client id of the vendor's app; empty for an own one. */
  readonly vendorApp: string;
  readonly enterpriseAppAdopted: boolean;
}

const nothing: StackRecord = {
  ...nothingKnown,
  initialDomain: "",
  userPrincipalName: "",
  serviceUserAdopted: false,
  enterpriseApp: "",
  vendorApp: "",
  enterpriseAppAdopted: false,
};

/** Of which modes, and whether with a group, the stack holds objects. */
export function heldBy(record: StackRecord): Held {
  return {
    impersonation: record.roleGroup !== "" || record.assignment !== "" || record.userPrincipalName !== "",
    application: record.enterpriseApp !== "" || record.exchangeServicePrincipal !== "",
    group: record.securityGroup !== "" || record.scope !== "",
  };
}

/** Reads the output `record` of the stack itself (20 ms; facts/pulumi.md §0.5). */
export async function readRecord(): Promise<StackRecord> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const options = { hideDiffs: ["outputs", "secretOutputNames"] };
  const details = await new pulumi.StackReference("last-run", { name }, options).getOutputDetails("record");
  const value = details.value as Partial<StackRecord> | undefined;
  return { ...nothing, ...value };
}
