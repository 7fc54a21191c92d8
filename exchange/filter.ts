/** The one filter that a scope of ours has: `MemberOfGroup -eq '<DN>'`, one or several, written and read back. */

/** Characters that PowerShell's parser takes for a single quote; whether OPATH's does is not known. */
const otherQuotes = /[\u2018-\u201B]/;

/**
 * A string literal of an OPATH filter; a single quote is doubled (facts/exchange.md §3.4). Throws a RangeError where
 * nobody knows how Exchange would read the text: typographic quotes and control characters.
 */
export function quote(text: string): string {
  if (otherQuotes.test(text) || /\p{Cc}/u.test(text)) {
    throw new RangeError(
      `${JSON.stringify(text)} holds a quotation mark or control character that a filter cannot hold`,
    );
  }
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * The filter that matches the direct members of these groups. A DN goes in as Exchange returned it, with its LDAP
 * escapes. Throws a RangeError without a group, or with an empty DN: such a filter would match nobody knows what.
 */
export function memberOfGroupFilter(dns: readonly string[]): string {
  if (dns.length === 0 || dns.some((dn) => dn.trim() === "")) {
    throw new RangeError("A scope's filter has to name at least one group");
  }
  return dns.map((dn) => `MemberOfGroup -eq ${quote(dn)}`).join(" -or ");
}

/**
 * The same members, asked in LDAP's language (RFC 4515), for where Exchange reads a preview's filter so. Throws as
 * {@link memberOfGroupFilter} does.
 */
export function memberOfLdapFilter(dns: readonly string[]): string {
  if (dns.length === 0 || dns.some((dn) => dn.trim() === "")) {
    throw new RangeError("A scope's filter has to name at least one group");
  }
  const escape = (dn: string): string =>
    dn.replace(/[\\*()\0]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
  const terms = dns.map((dn) => `(memberOf=${escape(dn)})`).join("");
  return dns.length === 1 ? terms : `(|${terms})`;
}

/**
 * The groups that a filter names; `undefined` for every filter that is not just that. Exchange's normal forms are
 * understood: parentheses around anything, other white space and casing (facts/exchange.md §2.1).
 */
export function parseMemberOfGroup(filter: string): { readonly dns: readonly string[] } | undefined {
  const tokens = tokenize(filter);
  if (tokens === undefined) return undefined;
  const dns: string[] = [];
  let depth = 0;
  let next: "term" | "operator" = "term";
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? "";
    if (next === "term" && token === "(") depth++;
    else if (next === "operator" && token === ")") depth--;
    else if (next === "operator" && token.toLowerCase() === "-or") next = "term";
    else if (next === "term" && token.toLowerCase() === "memberofgroup") {
      const dn = literal(tokens[index + 2]);
      if (tokens[index + 1]?.toLowerCase() !== "-eq" || dn === undefined) return undefined;
      dns.push(dn);
      index += 2;
      next = "operator";
    } else return undefined;
    if (depth < 0) return undefined;
  }
  return next === "operator" && depth === 0 ? { dns } : undefined;
}

/** Whether two lists name the same groups: in any order, repeated or not, in any casing. */
export function sameGroups(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a.map((dn) => dn.toLowerCase()));
  const right = new Set(b.map((dn) => dn.toLowerCase()));
  return left.size === right.size && [...left].every((dn) => right.has(dn));
}

/** Whether a filter names that group and nothing else; an empty DN is nobody's. */
export function namesOnlyGroup(filter: string, dn: string): boolean {
  const parsed = parseMemberOfGroup(filter);
  return dn !== "" && parsed !== undefined && sameGroups(parsed.dns, [dn]);
}

/** Parentheses, words (`MemberOfGroup`, `-eq`) and quoted strings; `undefined` where something else is in between. */
function tokenize(filter: string): string[] | undefined {
  const token = /\s*(?:([()])|('(?:[^']|'')*')(?=[\s)]|$)|(-?[A-Za-z]+)(?=[\s('")]|$))/y;
  const tokens: string[] = [];
  const end = filter.trimEnd().length;
  while (token.lastIndex < end) {
    const match = token.exec(filter);
    if (match === null) return undefined;
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return tokens;
}

/** The text of a quoted string, unless it is one that {@link quote} would refuse. */
function literal(token: string | undefined): string | undefined {
  if (token === undefined || !token.startsWith("'")) return undefined;
  const text = token.slice(1, -1).replaceAll("''", "'");
  return text.trim() === "" || otherQuotes.test(text) || /\p{Cc}/u.test(text) ? undefined : text;
}
