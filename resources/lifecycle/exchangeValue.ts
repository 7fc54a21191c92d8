/** Reads values out of what Exchange returns, where enumerations, ids and lists may come as strings or be missing. */
import type { ExchangeObject } from "../../exchange/session.ts";

/** A string property; empty where it is missing or null. */
export function text(object: ExchangeObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? `${value}` : "";
}

/** A boolean property, which some answers hold as `True` or `False`. */
export function flag(object: ExchangeObject, name: string): boolean {
  const value = object[name];
  return value === true || (typeof value === "string" && value.toLowerCase() === "true");
}

/** A list property; a single string counts as a list of one. */
export function list(object: ExchangeObject, name: string): string[] {
  const value = object[name];
  if (Array.isArray(value)) return value.filter((entry): entry is string => typeof entry === "string");
  return typeof value === "string" && value !== "" ? [value] : [];
}

/** A GUID in lower case. */
export function guid(object: ExchangeObject, name = "Guid"): string {
  return text(object, name).toLowerCase();
}

/** Whether a text is a GUID. */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/**
 * Whether an identity, as Exchange names somebody, means this object: by its name, or in Active Directory by its canonical
 * name (`ad.example/Unit/Name`), because in other units and domains somebody may have the same one.
 */
export function isNamed(identity: string, object: ExchangeObject): boolean {
  const own = text(object, "Identity");
  if (identity.includes("/") && own.includes("/")) return identity.toLowerCase() === own.toLowerCase();
  return nameOf(identity) === text(object, "Name");
}

/** The last part of an identity such as `Contoso/Scope`: Exchange may prefix names with their container. */
export function nameOf(identity: string): string {
  return identity.slice(identity.lastIndexOf("/") + 1);
}
