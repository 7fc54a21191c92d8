/** GetServerTimeZones: the zones whose names this tenant reads (timeZone.ts), with western Europe's summer time. */
import type { OperationCall } from "./operations.ts";
import { child, element, type Xml } from "./xml.ts";

/** Minutes ahead of UTC in winter, by the zone's Windows name. */
const zones: Readonly<Record<string, number>> = {
  UTC: 0,
  "GMT Standard Time": 0,
  "W. Europe Standard Time": 60,
  "Romance Standard Time": 60,
  "Central Europe Standard Time": 60,
  "Central European Standard Time": 60,
};

/** The content of the one response message: the zones that are asked for, all without a list; unknown ones are left out. */
export function listTimeZones({ operation }: OperationCall): Xml[] {
  const asked = child(operation, "Ids")?.children.map(({ text }) => text.trim());
  const names = Object.keys(zones).filter((name) => asked === undefined || asked.includes(name));
  return [element("m:TimeZoneDefinitions", {}, names.map(describe))];
}

function describe(name: string): Xml {
  const ahead = zones[name] ?? 0;
  const id = (kind: string): string => `trule:Microsoft/Registry/${name}/1-${kind}`;
  const period = (kind: string, minutes: number): Xml =>
    element("t:Period", { Bias: `${minutes > 0 ? "-" : ""}PT${minutes}M`, Name: kind, Id: id(kind) });
  const hasSummer = name !== "UTC";
  const to = (kind: string, target: string): Xml => element("t:To", { Kind: kind }, target);
  const change = (kind: string, month: number, minutes: number): Xml =>
    element(
      "t:RecurringDayTransition",
      {},
      to("Period", id(kind)),
      element("t:TimeOffset", {}, `PT${minutes}M`),
      element("t:Month", {}, month),
      element("t:DayOfWeek", {}, "Sunday"),
      element("t:Occurrence", {}, -1),
    );
  const changes = hasSummer
    ? [change("Daylight", 3, ahead + 60), change("Standard", 10, ahead + 120)]
    : element("t:Transition", {}, to("Period", id("Standard")));
  const periods = [period("Standard", ahead), hasSummer ? period("Daylight", ahead + 60) : undefined];
  return element(
    "t:TimeZoneDefinition",
    { Id: name, Name: name },
    element("t:Periods", {}, periods),
    element("t:TransitionsGroups", {}, element("t:TransitionsGroup", { Id: 0 }, changes)),
    element("t:Transitions", {}, element("t:Transition", {}, to("Group", "0"))),
  );
}
