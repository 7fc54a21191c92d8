/** Who may sign in to EWS on Exchange Server: virtual directory and authentication policies (facts/powershell.md §3). */
import type { ReadCmdlet } from "../exchange/cmdlet.ts";
import { notFound } from "../exchange/failure.ts";
import { flag, text } from "../exchange/parameter.ts";
import type { Tenant } from "../tenant/model.ts";
import { serverOf } from "./serverOf.ts";

export const getWebServicesVirtualDirectory: ReadCmdlet = {
  name: "Get-WebServicesVirtualDirectory",
  parameters: { Identity: text, Server: text, ADPropertiesOnly: flag },
  read({ simulator, tenant, values }) {
    const { exchangeServer } = serverOf(tenant);
    const name = "EWS (Default Web Site)";
    const short = exchangeServer.split(".")[0]?.toUpperCase() ?? exchangeServer;
    const identity = `${short}\\${name}`;
    const wanted = values.text("Identity") ?? values.text("Server");
    const isWanted = [identity, short, exchangeServer].some((each) => each.toLowerCase() === wanted?.toLowerCase());
    if (wanted !== undefined && !isWanted) throw notFound(tenant, wanted);
    const { ewsBasic = false } = simulator.switches;
    return [
      {
        Name: name,
        Identity: identity,
        Server: short,
        InternalUrl: `https://${exchangeServer}/EWS/Exchange.asmx`,
        ExternalUrl: null,
        BasicAuthentication: ewsBasic,
        WindowsAuthentication: true,
        OAuthAuthentication: true,
        ExtendedProtectionTokenChecking: "Allow",
        InternalAuthenticationMethods: [
          ...(ewsBasic ? ["Basic"] : []),
          "Ntlm",
          "WindowsIntegrated",
          "WSSecurity",
          "OAuth",
        ],
        ExternalAuthenticationMethods: [
          ...(ewsBasic ? ["Basic"] : []),
          "Ntlm",
          "WindowsIntegrated",
          "WSSecurity",
          "OAuth",
        ],
      },
    ];
  },
};

export const getAuthenticationPolicy: ReadCmdlet = {
  name: "Get-AuthenticationPolicy",
  parameters: { Identity: text },
  read({ tenant, values }) {
    const identity = values.text("Identity");
    const all = serverOf(tenant).authenticationPolicies;
    const found = all.filter(({ name }) => identity === undefined || name.toLowerCase() === identity.toLowerCase());
    if (identity !== undefined && found.length === 0) throw notFound(tenant, identity);
    return found.map(({ name, blockLegacyAuthWebServices }) => ({
      Name: name,
      Identity: name,
      BlockLegacyAuthWebServices: blockLegacyAuthWebServices,
    }));
  },
};

/** Whether the account's policy shuts Basic, NTLM and Kerberos out of EWS. `guid` is the account's. */
export function isShutOut(tenant: Tenant, guid: string): boolean {
  const assigned = tenant.recipients.find((recipient) => recipient.guid === guid)?.account?.authenticationPolicy;
  const policies = tenant.server?.authenticationPolicies ?? [];
  return policies.some(({ name, blockLegacyAuthWebServices }) => name === assigned && blockLegacyAuthWebServices);
}
