/** Microsoft's own apps, which every tenant works with: no access may be given to one, and none may ever be deleted. */

/** The tenants that own them (facts/exchange.md §4, design.md §7.14). */
const microsoftTenants: ReadonlySet<string> = new Set([
  "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
  "72f988bf-86f1-41af-91ab-2d7cd011db47",
]);

/** Those that people meet, by client id: named before anybody has signed in. The owner's tenant tells all of them. */
const wellKnown: Readonly<Record<string, string>> = {
  "00000002-0000-0000-c000-000000000000": "Windows Azure Active Directory",
  "00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
  "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
  "00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
  "00000004-0000-0ff1-ce00-000000000000": "Skype for Business Online",
  "00000006-0000-0ff1-ce00-000000000000": "Microsoft Office 365 Portal",
  "04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Microsoft Azure CLI",
  "14d82eec-204b-4c2f-b7e8-296a70dab67e": "Microsoft Graph Command Line Tools",
  "1950a258-227b-4e31-a9cf-717495945fc2": "Microsoft Azure PowerShell",
  "1b730954-1685-4b74-9bfd-dac224a7b894": "Azure Active Directory PowerShell",
  "1fec8e78-bce4-4aaf-ab1b-5451cc387264": "Microsoft Teams",
  "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Windows Azure Service Management API",
  "a0c73c16-a7e3-4564-9a95-2bdf47383716": "Microsoft Exchange Online Remote PowerShell",
  "c44b4083-3bb0-49c1-b47d-974e53cbdf3c": "Azure Portal",
  "d3590ed6-52b3-4102-aeff-aad2292ab01c": "Microsoft Office",
  "de8bc8b5-d9f9-48b1-a8ad-b748da725064": "Graph Explorer",
  "fb78d390-0c51-40cd-8e17-fdbfab77341b": "Microsoft Exchange REST API Based PowerShell",
};

/** The form of the client ids that only Microsoft's oldest services have. */
const reserved = /^[0-9a-f]{8}-0000-(0000-c000|0ff1-ce00)-000000000000$/;

/** What Microsoft calls the app of a client id, where that alone tells that it is its own; otherwise `undefined`. */
export function firstPartyName(clientId: string): string | undefined {
  const id = clientId.toLowerCase();
  return wellKnown[id] ?? (reserved.test(id) ? "one of Microsoft's services" : undefined);
}

/** Whether an app that this tenant owns (`appOwnerOrganizationId` of its enterprise app) is one of Microsoft's own. */
export function isMicrosofts(owner: unknown): boolean {
  return typeof owner === "string" && microsoftTenants.has(owner.toLowerCase());
}
