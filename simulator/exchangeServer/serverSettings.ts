/** Which domain controller a session asks: Get- and Set-ADServerSettings. */
import type { ReadCmdlet, WriteCmdlet } from "../exchange/cmdlet.ts";
import { flag, text } from "../exchange/parameter.ts";
import { findController } from "./domainControllers.ts";
import { serverOf } from "./serverOf.ts";

export const getAdServerSettings: ReadCmdlet = {
  name: "Get-ADServerSettings",
  parameters: {},
  read({ tenant, session }) {
    const { domain, answering } = serverOf(tenant);
    return [
      {
        DefaultGlobalCatalog: answering,
        PreferredDomainControllerForDomain: session?.preferredServer ?? null,
        DefaultPreferredDomainControllers: [answering],
        UserPreferredGlobalCatalog: session?.preferredServer ?? null,
        ViewEntireForest: session?.viewEntireForest ?? false,
        RecipientViewRoot: session?.viewEntireForest === true ? "" : domain,
      },
    ];
  },
};

export const setAdServerSettings: WriteCmdlet = {
  name: "Set-ADServerSettings",
  parameters: { PreferredServer: text, ViewEntireForest: flag },
  exclusive: ["ConfigurationDomainController", "PreferredGlobalCatalog", "SetPreferredDomainControllers"].map(
    (each) => ["PreferredServer", each],
  ),
  write({ tenant, session, values }) {
    const server = serverOf(tenant);
    const preferred = values.text("PreferredServer");
    if (session !== undefined) {
      session.preferredServer = preferred === undefined ? session.preferredServer : findController(server, preferred);
      session.viewEntireForest = values.flag("ViewEntireForest") ?? session.viewEntireForest;
    }
    return { target: server.answering };
  },
};
