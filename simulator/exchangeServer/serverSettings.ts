/** Which domain controller a session asks: Get- and Set-ADServerSettings. */
import type { ReadCmdlet, WriteCmdlet } from "../exchange/cmdlet.ts";
import { flag, initialValues, list, text } from "../exchange/parameter.ts";
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
        PreferredDomainControllerForDomain: session?.preferred?.join(", ") ?? session?.preferredServer ?? null,
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
  parameters: {
    PreferredServer: text,
    ConfigurationDomainController: text,
    PreferredGlobalCatalog: text,
    SetPreferredDomainControllers: list,
    ViewEntireForest: flag,
  },
  exclusive: ["ConfigurationDomainController", "PreferredGlobalCatalog", "SetPreferredDomainControllers"].map(
    (each) => ["PreferredServer", each],
  ),
  write({ tenant, session, values }) {
    const server = serverOf(tenant);
    const catalogue = values.text("PreferredServer") ?? values.text("PreferredGlobalCatalog");
    const preferred = values.list("SetPreferredDomainControllers");
    if (session !== undefined) {
      if (catalogue !== undefined) session.preferredServer = findController(server, catalogue);
      if (preferred !== undefined)
        session.preferred = initialValues(preferred).map((name) => findController(server, name));
      session.viewEntireForest = values.flag("ViewEntireForest") ?? session.viewEntireForest;
    }
    return { target: server.answering };
  },
};
