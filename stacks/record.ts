/** What the stack recorded about itself in its last outputs; empty on the first run. */
import * as pulumi from "@pulumi/pulumi";

/** Ids of what the stack holds; an empty string where it holds nothing. */
export interface StackRecord {
  readonly initialDomain: string;
  readonly userPrincipalName: string;
  readonly serviceUserAdopted: boolean;
  readonly roleGroup: string;
  readonly securityGroup: string;
  readonly scope: string;
  readonly assignment: string;
}

const nothing: StackRecord = {
  initialDomain: "",
  userPrincipalName: "",
  serviceUserAdopted: false,
  roleGroup: "",
  securityGroup: "",
  scope: "",
  assignment: "",
};

/** Reads the output `record` of the stack itself (20 ms; facts/pulumi.md §0.5). */
export async function readRecord(): Promise<StackRecord> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const details = await new pulumi.StackReference("last-run", { name }).getOutputDetails("record");
  const value = details.value as Partial<StackRecord> | undefined;
  return { ...nothing, ...value };
}
