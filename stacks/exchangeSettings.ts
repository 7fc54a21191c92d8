/** The settings of the way to Exchange: their schema. Pure. */
import { z } from "zod";
import { called, flagText, told } from "./settingText.ts";

/** Where an organisation of Exchange Server is reached; judged by the connection (connection/serverPlace.ts). */
export const server = z.strictObject(
  {
    uri: told(
      called("address", z.string("must be a text")).optional(),
      "Address of the server's remote PowerShell, e.g. `http://ex01.example.com/PowerShell/`.",
      { required: "with the channel `server`" },
    ),
    organization: told(
      called("GUID", z.string("must be a text")).optional(),
      "The organisation's GUID, as Get-OrganizationConfig shows it: a server of another organisation is refused.",
      { required: "with the channel `server`" },
    ),
    authentication: told(
      z.enum(["Kerberos", "Negotiate", "Basic"], "must be Kerberos, Negotiate or Basic").default("Kerberos"),
      "How the account signs in. Basic over https only.",
    ),
    domainController: told(
      called(
        "full name, or a list of them",
        z.union([z.string(), z.array(z.string())], "must be a text or a list of texts"),
      ).optional(),
      "The domain controller that reads and writes are pinned to, by its full name. In a forest of several domains a list, one " +
        "for each domain, that of Exchange's servers first: it is asked for configuration, and as the global catalogue.",
    ),
    viewEntireForest: told(
      flagText.optional(),
      "Look for recipients in the whole forest, not in one domain alone. Once mailboxes, owner or account of another domain are " +
        "used, leave it on: without it they look as if they were gone.",
    ),
    ewsUri: told(
      called("https address, or `none`", z.string("must be a text")).optional(),
      "Address of EWS, e.g. `https://mail.example.com/EWS/Exchange.asmx`. Before an account goes that the stack made, EWS is " +
        "asked there, by its name and password, whether it refuses it. Without it the servers' own virtual directories are " +
        "asked for one. `none`: EWS is not asked.",
    ),
  },
  "must be an object",
);

/** How Exchange is spoken to. */
export const exchange = z.strictObject(
  {
    channel: told(
      z.enum(["rest", "powershell", "server"], 'must be "rest", "powershell" or "server"').default("rest"),
      "How Exchange is spoken to. `rest`: Exchange Online over REST. `powershell`: Exchange Online by Microsoft's PowerShell " +
        "module ExchangeOnlineManagement, which needs PowerShell 7.5 or newer and the module on this machine. `server`: an " +
        "organisation of Exchange Server over remote PowerShell, without Entra.",
    ),
    server: server.optional(),
    runspace: told(
      z.enum(["own", "host"], 'must be "own" or "host"').default("own"),
      "Where the module's cmdlets run in PowerShell: in a runspace of their own, or in the process's, for a module that does " +
        "not work without a host.",
    ),
  },
  "must be an object",
);
