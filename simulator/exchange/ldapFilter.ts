/**
 * LDAP filters (RFC 4515), which RecipientPreviewFilter reads where the tenant's switch `previewFilter` says so: and,
 * or, not, equality and presence on the attributes below.
 */
import type { Recipient } from "../tenant/exchangeModel.ts";
import type { Tenant } from "../tenant/model.ts";
import { namesPrincipal } from "./distinguishedName.ts";
import { NotModelled } from "./failure.ts";
import { FilterSyntaxError } from "./opath.ts";
import type { RecipientPredicate } from "./recipientFilter.ts";

/** The values of an attribute; attributes in lower case. */
const attributes: Readonly<Record<string, (recipient: Recipient) => readonly (string | null)[]>> = {
  cn: ({ cn }) => [cn],
  displayname: ({ displayName }) => [displayName],
  mail: ({ primarySmtpAddress }) => [primarySmtpAddress],
  mailnickname: ({ alias }) => [alias],
  name: ({ name }) => [name],
  proxyaddresses: ({ emailAddresses }) => emailAddresses,
  userprincipalname: ({ userPrincipalName }) => [userPrincipalName],
};

/** A predicate for a filter as it stands now. Throws FilterSyntaxError; NotModelled for other kinds of terms. */
export function compileLdapFilter(tenant: Tenant, source: string): RecipientPredicate {
  const reader = new Reader(tenant, source.trim());
  const predicate = reader.readFilter();
  reader.requireEnd();
  return predicate;
}

class Reader {
  readonly #tenant: Tenant;
  readonly #source: string;
  #position = 0;

  constructor(tenant: Tenant, source: string) {
    this.#tenant = tenant;
    this.#source = source;
  }

  requireEnd(): void {
    if (this.#position < this.#source.length) throw this.#error();
  }

  readFilter(): RecipientPredicate {
    this.#take("(");
    const operator = this.#source[this.#position];
    const predicate = operator === "&" || operator === "|" || operator === "!" ? this.#readSet() : this.#readTerm();
    this.#take(")");
    return predicate;
  }

  #readSet(): RecipientPredicate {
    const operator = this.#source[this.#position];
    this.#position += 1;
    const operands = [this.readFilter()];
    while (operator !== "!" && this.#source[this.#position] === "(") operands.push(this.readFilter());
    if (operator === "&") return (recipient) => operands.every((operand) => operand(recipient));
    if (operator === "|") return (recipient) => operands.some((operand) => operand(recipient));
    return (recipient) => !operands.some((operand) => operand(recipient));
  }

  #readTerm(): RecipientPredicate {
    const rest = this.#source.slice(this.#position);
    const [term, name, value] = /^([A-Za-z][\w-]*)=((?:[^()*\\\0]|\\[0-9a-f]{2}|\*)*)/i.exec(rest) ?? [];
    if (term === undefined || name === undefined || value === undefined) throw this.#error();
    this.#position += term.length;
    if (value !== "*" && value.includes("*")) throw new NotModelled(`a part of a value in the LDAP filter ${term}`);
    return name.toLowerCase() === "memberof" ? this.#membership(unescape(value)) : compare(name, value);
  }

  /** Direct members only, as in OPATH. */
  #membership(dn: string): RecipientPredicate {
    const groups = this.#tenant.recipients.filter(
      ({ group, softDeleted, cn }) => group !== null && !softDeleted && namesPrincipal(this.#tenant, { cn }, dn),
    );
    const members = new Set(groups.flatMap(({ group }) => group?.members ?? []));
    return ({ guid }) => members.has(guid);
  }

  #take(character: string): void {
    if (this.#source[this.#position] !== character) throw this.#error();
    this.#position += 1;
  }

  #error(): FilterSyntaxError {
    return new FilterSyntaxError(`The LDAP filter "${this.#source}" is invalid at position ${this.#position + 1}.`);
  }
}

function compare(name: string, value: string): RecipientPredicate {
  const read = attributes[name.toLowerCase()];
  if (read === undefined) throw new NotModelled(`the attribute ${name} in an LDAP filter`);
  if (value === "*") return (recipient) => read(recipient).some((held) => held !== null && held !== "");
  const wanted = unescape(value).toLowerCase();
  return (recipient) => read(recipient).some((held) => held?.toLowerCase() === wanted);
}

/** `\\5c` stands for a backslash, and so on, byte by byte. */
function unescape(value: string): string {
  const bytes = [...value.matchAll(/\\([0-9a-f]{2})|([\s\S])/giu)].map(([, hex, character]) =>
    hex === undefined ? Buffer.from(character ?? "") : Buffer.from(hex, "hex"),
  );
  return Buffer.concat(bytes).toString();
}
