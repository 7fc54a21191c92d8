/** Mail-enabled groups, where Exchange Server differs: they are made in a unit. */
import type { WriteCmdlet } from "../exchange/cmdlet.ts";
import { newDistributionGroup as online } from "../exchange/distributionGroup.ts";
import { text } from "../exchange/parameter.ts";

export const newDistributionGroup: WriteCmdlet = {
  ...online,
  parameters: { ...online.parameters, OrganizationalUnit: text },
};
