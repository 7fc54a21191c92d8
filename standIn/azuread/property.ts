// Property values as they travel between engine and plugin: secrets, unknowns, and what counts as "not set".

export type PropertyMap = Record<string, unknown>;

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** How a value that is not known in a preview arrives. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function isMap(value: unknown): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether `value` itself is wrapped as a secret. */
export function isSecret(value: unknown): boolean {
  if (!isMap(value)) return false;
  return (
    value[signatureKey] === secretSignature || (value[signatureKey] === outputSignature && value["secret"] === true)
  );
}

/** `value` with secrets and outputs unwrapped at every depth; an output without a value is unknown. */
export function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (!isMap(value)) return value;
  if (value[signatureKey] === secretSignature) return reveal(value["value"]);
  if (value[signatureKey] === outputSignature) return "value" in value ? reveal(value["value"]) : unknown;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

/** `reveal` for a whole set of properties. */
export function revealAll(properties: PropertyMap): PropertyMap {
  return reveal(properties) as PropertyMap;
}

/** Wraps `value` as a secret, once. */
export function conceal(value: unknown): unknown {
  if (value === undefined || value === null || isSecret(value)) return value;
  return { [signatureKey]: secretSignature, value };
}

/** `properties` with those named in `names` wrapped as secrets. */
export function concealSome(properties: PropertyMap, names: Iterable<string>): PropertyMap {
  const concealed = { ...properties };
  for (const name of names) if (name in concealed) concealed[name] = conceal(concealed[name]);
  return concealed;
}

/** Names of the properties that are wrapped as secrets. */
export function secretNames(properties: PropertyMap): string[] {
  return Object.keys(properties).filter((name) => isSecret(properties[name]));
}

/** Whether `value` holds something that is not known yet, at any depth. */
export function isUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(isUnknown);
  return isMap(value) && Object.values(value).some(isUnknown);
}

/** Terraform's idea of a value that is not set: `""`, `false`, an empty list and the like are the same as nothing. */
export function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  return Array.isArray(value) && value.length === 0;
}

/** Whether two values mean the same: zero values are equal to each other, and lists are sets. */
export function isSame(left: unknown, right: unknown): boolean {
  if (isZero(left) || isZero(right)) return isZero(left) && isZero(right);
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(",")}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const names = Object.keys(value).filter((name) => !isZero(value[name]));
  return `{${names
    .sort()
    .map((name) => `${name}:${canonical(value[name])}`)
    .join(",")}}`;
}

/** A text; empty where it is anything else. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The texts of a list; none where it is anything else. */
export function list(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
