/** Role groups, where Exchange Server differs (facts/powershell.md §3). */
import type { WriteCmdlet } from "../exchange/cmdlet.ts";
import { badBinding } from "../exchange/failure.ts";
import { setRoleGroup as online } from "../exchange/roleGroup.ts";

export const setRoleGroup: WriteCmdlet = {
  ...online,
  write(invocation) {
    // Only the set of a linked role group takes one.
    if (invocation.values.has("DomainController")) {
      throw badBinding(
        "Cannot process command because of one or more missing mandatory parameters: LinkedDomainController LinkedForeignGroup.",
      );
    }
    return online.write(invocation);
  },
};
