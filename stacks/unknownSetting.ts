/** Says of a setting that nothing knows where it belongs, or what was meant. Pure. */
import { visible } from "./characters.ts";
import { didYouMean, nearest } from "./nearest.ts";
import { nested, schema } from "./settings.ts";

const top = Object.keys(schema.shape);

/**
 * One line about an unknown key.
 * @param holder the setting that it was found in; empty for the top level
 */
export function describeUnknown(holder: string, key: string): string {
  const path = visible(holder === "" ? key : `${holder}.${key}`);
  const known = Object.keys(nested[holder] ?? schema.shape);
  const place = placeOf(holder, key);
  if (place !== undefined) return `${path}: there is no such setting here. ${place}`;
  return `${path}: there is no such setting.${didYouMean(pathIn(holder, nearest(key, known)))} Known: ${known.join(", ")}.`;
}

function pathIn(holder: string, key: string | undefined): string | undefined {
  return key === undefined || holder === "" ? key : `${holder}.${key}`;
}

/** Where a setting belongs that is known elsewhere; most often it has slipped in or out by two blanks. */
function placeOf(holder: string, key: string): string | undefined {
  if (holder !== "") {
    return top.includes(key) ? `Write it beside ${holder}, not in it: indent it as far as ${holder}.` : undefined;
  }
  const [outer = "", inner = ""] = key.split(/\.(.*)/s);
  if (inner !== "" && nested[outer] !== undefined && inner in nested[outer]) {
    return `Write ${inner} in the setting ${outer}, or set it with: npm run pulumi -- config set --path calendar-access:${key}`;
  }
  const holders = Object.keys(nested).filter((name) => key in (nested[name] ?? {}));
  if (holders.length === 0) return undefined;
  const paths = holders.map((name) => `${name}.${key}`).join(" or ");
  return `It belongs in ${holders.join(" or ")}: write it as ${paths}, indented by two blanks below ${holders.join(" or ")}.`;
}
