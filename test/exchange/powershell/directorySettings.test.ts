/** What a session with Exchange Server is told of Active Directory. */
import { expect, test } from "@jest/globals";
import { directorySettings } from "../../../exchange/powershell/serverConnection.ts";

test("is nothing, one controller for everything, or one for each domain, with or without the forest", () => {
  expect(directorySettings({})).toEqual({});
  expect(directorySettings({ viewEntireForest: false })).toEqual({ ViewEntireForest: false });
  const one = { PreferredServer: "dc01.ad.example", ViewEntireForest: true };
  expect(directorySettings({ domainController: "dc01.ad.example", viewEntireForest: true })).toEqual(one);
  expect(directorySettings({ domainController: ["dc01.ad.example"], viewEntireForest: true })).toEqual(one);
  const several = ["dc01.ad.example", "dc11.noord.ad.example"];
  expect(directorySettings({ domainController: several })).toEqual({
    ConfigurationDomainController: "dc01.ad.example",
    PreferredGlobalCatalog: "dc01.ad.example",
    SetPreferredDomainControllers: several,
  });
});
