// What the stand-in has to know about one azuread type, and the rules of the schema that all types share.
import type { Graph } from "./graph.ts";
import { isSame, isUnknown, isZero, revealAll, type PropertyMap } from "./property.ts";

/** How the schema of the real plugin treats an input. */
export interface InputRule {
  required?: true;
  /** Filled in by `check` where it is not set. */
  default?: boolean | string;
  /** The directory chooses where it is not set; then it is never a difference. */
  computed?: true;
  /** A change replaces the resource. */
  replace?: true;
  /** Not served by Graph: it lives in the state only. */
  stateOnly?: true;
}

/** One azuread type. All properties are in clear; wrapping is the provider's job. */
export interface ResourceType {
  inputs: Record<string, InputRule>;
  secrets: readonly string[];
  /** `__meta` and `__pulumi_raw_state_delta` as the real plugin leaves them in the outputs. */
  bookkeeping(state: PropertyMap): PropertyMap;
  /** Further rules of `check`: messages for what is wrong with the inputs. */
  validate?(inputs: PropertyMap): string[];
  create(graph: Graph, inputs: PropertyMap): Promise<{ id: string; state: PropertyMap }>;
  /** `undefined` when the object is gone. `state` is the old state; empty at an import. */
  read(graph: Graph, id: string, state: PropertyMap): Promise<PropertyMap | undefined>;
  update?(graph: Graph, id: string, state: PropertyMap, inputs: PropertyMap): Promise<PropertyMap>;
  delete(graph: Graph, id: string, state: PropertyMap): Promise<void>;
}

/** An error for the user's eyes: one line, without a stack (facts/pulumi.md §0.5). */
export class PluginError extends Error {
  override readonly stack = "";
  override toString(): string {
    return this.message;
  }
}

/** The object exists, but its creation was not finished: the engine keeps it with its error. */
export class UnfinishedCreate extends PluginError {
  readonly id: string;
  properties: PropertyMap;
  readonly reasons: string[];
  constructor(message: string, id: string, properties: PropertyMap) {
    super(message);
    this.id = id;
    this.properties = properties;
    this.reasons = [message];
  }
}

/** Inputs with defaults, and the names of those defaults: the engine keeps them as `__defaults`. */
export function applyDefaults(type: ResourceType, inputs: PropertyMap): PropertyMap {
  const filled: PropertyMap = {};
  const defaults: string[] = [];
  for (const [name, rule] of Object.entries(type.inputs)) {
    // A default that is the zero value is not written into the inputs (recorded).
    if (inputs[name] !== undefined && inputs[name] !== null) continue;
    if (rule.default === undefined || isZero(rule.default)) continue;
    filled[name] = rule.default;
    defaults.push(name);
  }
  return { ...inputs, ...filled, __defaults: defaults.sort() };
}

/** What is wrong with the inputs, as a check's failures. */
export function findFailures(type: ResourceType, inputs: PropertyMap): { property: string; reason: string }[] {
  const failures = Object.keys(inputs)
    .filter((name) => !name.startsWith("__") && !(name in type.inputs) && !isZero(inputs[name]))
    .map((name) => `the embedded tenant's stand-in for azuread does not serve the input "${name}"`);
  for (const [name, rule] of Object.entries(type.inputs)) {
    if (rule.required && isZero(inputs[name])) failures.push(`Missing required property '${name}'`);
  }
  const known = !isUnknown(Object.values(inputs));
  if (type.validate !== undefined && known) failures.push(...type.validate(inputs));
  return failures.map((reason) => ({ property: "", reason }));
}

/** Names of the inputs in which the state differs from what is wanted. */
export function findDifferences(type: ResourceType, state: PropertyMap, inputs: PropertyMap): string[] {
  return Object.entries(type.inputs)
    .filter(([name, rule]) => {
      const wanted = inputs[name] ?? rule.default;
      if (isUnknown(wanted)) return true;
      if (isZero(wanted) && rule.computed) return false;
      return !isSame(state[name], wanted);
    })
    .map(([name]) => name);
}

/**
 * The inputs that correspond to what was read, which is what the engine shows drift with: the old inputs with their
 * live values, and further what somebody set that nobody asked for. At an import (no old inputs): all that is set.
 */
export function deriveInputs(type: ResourceType, state: PropertyMap, old: PropertyMap | undefined): PropertyMap {
  const inputs: PropertyMap = { __defaults: [], ...old };
  const asked = revealAll(old ?? {});
  for (const [name, rule] of Object.entries(type.inputs)) {
    const live = state[name];
    if (name in asked) {
      if (!rule.stateOnly && !isSame(asked[name], live)) inputs[name] = live;
      continue;
    }
    const chosenByDirectory = old !== undefined && rule.computed === true;
    const isDefault = isSame(live, rule.default) || (isZero(live) && typeof rule.default !== "boolean");
    if (live !== undefined && live !== null && !chosenByDirectory && !isDefault) inputs[name] = live;
  }
  return inputs;
}
