/** What an artifact looks like to the engine's side (dynamic.ts) and to the commands that work without the engine. */
import type { Context, Plan, Problem, Properties } from "./contract.ts";
import { UserError } from "./userError.ts";

/** An object as the state records it. `properties` hold JSON values only. */
export interface Recorded {
  readonly id: string;
  readonly properties: Properties;
}

/** What a refresh learned: the state's outputs and, in input form, what is live. */
export interface Reading {
  readonly properties: Properties;
  readonly inputs: Properties;
}

/** One kind of object (or of proof) as the engine sees it; properties are JSON values. */
export interface Artifact {
  /** The artifact's name for the operator, e.g. `role group`. */
  readonly title: string;
  /** Looks up and judges the inputs of a resource that is about to be previewed or deployed. */
  check(context: Context, recorded: Properties | undefined, desired: Properties): Promise<Checked>;
  /** Pure: what differs between the recorded (refreshed) properties and the inputs asked for. */
  diff(recorded: Properties, desired: Properties): Plan;
  create(context: Context, desired: Properties): Promise<Recorded>;
  /** `undefined` only where the object is known to be gone. */
  read(context: Context, recorded: Recorded): Promise<Reading | undefined>;
  update(context: Context, recorded: Recorded, desired: Properties): Promise<Properties>;
  remove(context: Context, recorded: Recorded): Promise<void>;
}

/** The completed inputs and what is wrong with them. */
export interface Checked {
  readonly inputs: Properties;
  readonly problems: readonly Problem[];
}

/**
 * A create or update that left an object behind unfinished: the engine records it with `id` and `properties`, and the
 * next `up` goes on from there.
 */
export class UnfinishedError extends UserError {
  readonly id: string;
  readonly properties: Properties;
  /** All that the engine shows of a partial failure (facts/pulumi.md §0.5). */
  readonly reasons: string[];

  constructor(id: string, properties: Properties, message: string, options?: ErrorOptions) {
    super(message, options);
    this.id = id;
    this.properties = properties;
    this.reasons = [this.message];
  }
}

/** Stands for a value that a preview cannot know yet (the engine's own constant). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a preview cannot know a value yet. */
export function isUnknown(value: unknown): boolean {
  return value === unknownValue;
}

/** Refuses to judge or touch anything on behalf of another customer (design.md §7.3). */
export function demandSameTenant(context: Context, title: string, properties: Properties): void {
  const recorded = properties["tenantId"];
  if (recorded !== context.tenantId) {
    throw new UserError(
      `This stack's ${title} belongs to tenant ${String(recorded)}, but the credentials are for tenant ` +
        `${context.tenantId}. Nothing was read or changed. Set azuread:tenantId back, or use another stack.`,
    );
  }
}
