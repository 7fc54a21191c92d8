/**
 * Finds the service user of a stack that has no record of it: nobody, one of ours that an interrupted run left, or a
 * stranger (design.md §4).
 */
import { openSession } from "../directory/session.ts";
import type { ReadSetting } from "../directory/connection.ts";
import { findUserByPrincipalName } from "../directory/users.ts";
import { bearsMark } from "../resources/mark.ts";
import type { Settings } from "./settings.ts";
import type { StackRecord } from "./record.ts";

/** The user that the stack makes or takes in. */
export interface ServiceAccount {
  readonly userPrincipalName: string;
  readonly initialDomain: string;
  /** Id for the resource option `import`; `undefined` where the user is made, or in the state already. */
  readonly importId: string | undefined;
  /** Whether it was there before the stack. */
  readonly isAdopted: boolean;
}

/** Looks the user up; `problems` where it belongs to others. */
export async function findServiceAccount(
  settings: Settings,
  record: StackRecord,
  mark: string,
  read: ReadSetting,
  report: (line: string) => void,
): Promise<ServiceAccount | { problems: readonly string[] }> {
  const { name, domain } = settings.serviceUser;
  if (record.initialDomain !== "") {
    return {
      userPrincipalName: `${name}@${domain ?? record.initialDomain}`,
      initialDomain: record.initialDomain,
      importId: undefined,
      isAdopted: record.serviceUserAdopted,
    };
  }
  const session = await openSession(read, process.env, report);
  if ("problems" in session) return session;
  const { initial: initialDomain } = await session.readDomains();
  const userPrincipalName = `${name}@${domain ?? initialDomain}`;
  const user = await findUserByPrincipalName(session.graph, userPrincipalName);
  if (user === undefined) return { userPrincipalName, initialDomain, importId: undefined, isAdopted: false };
  const isOurs = bearsMark(user.jobTitle, mark);
  if (!isOurs && !settings.adopt.includes("serviceUser")) {
    const problem = `serviceUser: ${userPrincipalName} (${user.id}) exists and was not made by this stack. Nothing was touched. Choose another serviceUser.name, use it as it is with serviceUser.existing, or set adopt to take it over (its password is replaced).`;
    return { problems: [problem] };
  }
  report(
    `user ${userPrincipalName}: ${isOurs ? "left by an interrupted run of this stack; up goes on with it" : "exists and would be taken over; its password is replaced"}.`,
  );
  return { userPrincipalName, initialDomain, importId: `/users/${user.id}`, isAdopted: !isOurs };
}
