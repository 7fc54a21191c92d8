// Reading a preview: what would change, and nothing read into it.
import { describe, expect, test } from "@jest/globals";

import { compareDrift, readDrift } from "../../../commands/demo/drift.ts";

const preview = `Previewing update (demo):
~ pulumi:pulumi:Stack: (refresh)
    [urn=urn:pulumi:demo::calendar-access::pulumi:pulumi:Stack::calendar-access-demo]
        ~ pulumi-nodejs:dynamic/calendarAccess:ManagementScope: (refresh)
            [id=3697fb9d]
            --outputs:--
          ~ filter         : "MemberOfGroup -eq '<the security group>'" => "Name -eq 'a'"
          ~ recipientFilter: "MemberOfGroup -eq 'CN=x'" => "Name -eq 'a'"
  pulumi:pulumi:Stack: (same)
    [urn=urn:pulumi:demo::calendar-access::pulumi:pulumi:Stack::calendar-access-demo]
    ~ pulumi-nodejs:dynamic/calendarAccess:SecurityGroup: (update)
        [id=6dd7e151]
        adopt                  : false
      ~ hiddenFromAddressLists : false => true
      ~ members                : 
            ad.viseur@buitendienst.example 63627b36
          - dirk.directeur@buitendienst.example aa1b3792
          + eva.smit@buitendienst.example 447768c3
        name                   : "SecurityGroup-CallPro Calendar Access"
    +-pulumi-nodejs:dynamic/calendarAccess:RoleAssignment: (replace)
        [id=734d6a65]
      + scope     : "3697fb9d"
      ~ writeScope: "the whole organization" => "Scope-CallPro Calendar Access"
    --outputs:--
  ~ impersonationVerification: {
        verdict: "passed"
    }
Resources:
    ~ 1 to update
`;

describe("the drift that a preview shows", () => {
  test("is each changed resource with its changed properties; refreshes, members and outputs are none", () => {
    expect(Object.fromEntries(readDrift(preview))).toEqual({
      SecurityGroup: ["hiddenFromAddressLists", "members"],
      RoleAssignment: ["scope", "writeScope"],
    });
  });

  test("is nothing where nothing changes", () => {
    expect(
      readDrift("Previewing update (demo):\n  pulumi:pulumi:Stack: (same)\nResources:\n    11 unchanged\n").size,
    ).toBe(0);
  });

  test("differs from what was expected by more, by less and by other properties", () => {
    const found = readDrift(preview);
    const assignment = ["writeScope", "scope"];
    expect(
      compareDrift(found, { SecurityGroup: ["members", "hiddenFromAddressLists"], RoleAssignment: assignment }),
    ).toEqual([]);
    expect(compareDrift(found, { RoleAssignment: assignment })).toEqual([
      "SecurityGroup: the preview shows hiddenFromAddressLists, members instead of nothing",
    ]);
    expect(
      compareDrift(found, { SecurityGroup: ["members"], RoleAssignment: assignment, ManagementScope: ["filter"] }),
    ).toEqual([
      "SecurityGroup: the preview shows hiddenFromAddressLists, members instead of members",
      "ManagementScope: the preview shows nothing instead of filter",
    ]);
  });
});
