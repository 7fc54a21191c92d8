// Whether somebody stopped, or removed, since the last proof what would be handed over: read in the tenant now.
import type { Context } from "../../resources/lifecycle/contract.ts";
import { fateOf, titleOfStop, type RecordedStop } from "../../resources/lifecycle/recordedStop.ts";
import { linesOf, parseMembers } from "../../resources/recipients/memberList.ts";
import type { RecordedClaims } from "../verify/stack.ts";

/**
 * Why the access is not open now, a reason each; none where it may be.
 * @throws ExchangeError, DirectoryError where the tenant does not say
 */
export async function findStops(context: Context, claims: RecordedClaims): Promise<string[]> {
  const opening = openingOf(claims);
  const fates = await Promise.all(opening.map((each) => fateOf(context, each)));
  return opening.flatMap((each, index) => {
    const fate = fates[index];
    if (fate === "open") return [];
    return [`${titleOfStop(each)} is ${fate === "gone" ? "not there any more" : "stopped"}`];
  });
}

/** What opens the access: stopping any of it stops the whole, or a role of it. */
function openingOf({ impersonation, application }: RecordedClaims): RecordedStop[] {
  const [user] = parseMembers(impersonation?.claim.user ?? "");
  const { app = "", assignments = "" } = application?.claim ?? {};
  return [
    ...(impersonation === undefined ? [] : [assignment("assignment", impersonation.claim.assignment)]),
    ...(user === undefined ? [] : [{ kind: "user" as const, id: user.id, name: user.address }]),
    ...linesOf(assignments).map((id) => assignment("appAssignment", id)),
    ...(app === "" ? [] : [{ kind: "app" as const, id: app, name: "" }]),
  ];
}

function assignment(kind: "assignment" | "appAssignment", id: string): RecordedStop {
  return { kind, id, name: id };
}
