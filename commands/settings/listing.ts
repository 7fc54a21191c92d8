// What the schema of a stack's settings says of each (stacks/settings.ts).
import { z } from "zod";

import { contradictions } from "../../stacks/contradiction.ts";
import { schema, type Settings } from "../../stacks/settings.ts";
import { about } from "../../stacks/settingText.ts";
import { withoutEffect } from "../../stacks/withoutEffect.ts";

/** One setting, as docs/settings.md shows it. */
export interface Setting {
  /** E.g. `names.scope`. */
  readonly path: string;
  readonly type: string;
  readonly initial: string;
  /** The access modes in which it has an effect. */
  readonly modes: readonly Settings["access"][number][];
  readonly effect: string;
}

/** The ways in. */
export const accessModes = ["application", "impersonation"] as const;

/** All settings, those within settings after one another. */
export function listSettings(holder: z.ZodObject = schema, before = ""): Setting[] {
  return Object.entries(holder.shape).flatMap(([name, field]) => {
    const inner = bare(field as z.ZodType);
    const path = before + name;
    if (inner instanceof z.ZodObject) return listSettings(inner, `${path}.`);
    const { effect = "", required } = about.get(field as z.ZodType) ?? {};
    const initial = required === undefined ? defaultOf(field as z.ZodType) : `**required** ${required}`;
    return [{ path, type: typeOf(field as z.ZodType), initial, modes: modesOf(path), effect }];
  });
}

/** Without what only says what happens where it is left out, or with what was read. */
function bare(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional) {
    return bare(field.unwrap() as z.ZodType);
  }
  if (field instanceof z.ZodPipe && about.get(field)?.type === undefined) return bare(field.in as z.ZodType);
  return field;
}

function typeOf(field: z.ZodType): string {
  const inner = bare(field);
  const type = about.get(inner)?.type;
  if (type !== undefined) return type;
  if (inner instanceof z.ZodBoolean) return "`true` or `false`";
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => `\`${option}\``).join(" or ");
  if (inner instanceof z.ZodArray) return `list: ${typeOf(inner.element as z.ZodType)}`;
  throw new Error(`a setting of the kind ${inner.def.type} has no type for docs/settings.md`);
}

function defaultOf(field: z.ZodType): string {
  const outer = field instanceof z.ZodPipe ? (field.in as z.ZodType) : field;
  if (!(outer instanceof z.ZodDefault)) return "–";
  const value: unknown = outer.def.defaultValue;
  if (Array.isArray(value) && value.length === 0) return "empty";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** Asked of the rules that refuse a setting without effect: they and this page cannot differ. */
function modesOf(path: string): (typeof accessModes)[number][] {
  const [holder = "", name] = path.split(".");
  const on = bare((schema.shape as Record<string, z.ZodType>)[holder] ?? schema) instanceof z.ZodBoolean;
  return accessModes.filter((mode) => {
    // Over the channel that has settings of its own: what is asked is the mode.
    const isServers = path.startsWith("exchange.server.") || path === "serviceUser.organizationalUnit";
    const exchange = { channel: isServers ? "server" : "powershell" };
    const settings = schema.parse({
      access: [mode],
      exchange,
      ...(on && name === undefined ? { [holder]: true } : {}),
    });
    const held = { impersonation: false, application: false, group: false };
    const given = new Set([holder, path]);
    const isRefused = contradictions(settings, given).some(({ problem }) => problem.startsWith("access:"));
    return !isRefused && withoutEffect(settings, given, held).length === 0;
  });
}
