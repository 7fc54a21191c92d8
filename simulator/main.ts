/** The command that starts the embedded tenant and prints how to use it: `npm run tenant -- --port 8443`. */
import { parseArgs } from "node:util";
import { remotingModule } from "./powershell/module.ts";
import { exceptLoopback } from "./server/proxy.ts";
import { readSeed } from "./tenant/seed.ts";
import { parseSetting } from "./server/settings.ts";
import { startSimulator } from "./simulator.ts";
import type { RunningServer, RunningSimulator, SimulatorOptions } from "./simulator.ts";

const USAGE = `Usage: npm run tenant -- [options]

  --flavour NAME       online (default), or server: an organisation of Exchange Server, without Entra
  --powershell FILE    the PowerShell 7 that serves remote sessions of the flavour server (default pwsh)
  --port N             port on loopback (default 8443; 0 takes a free one)
  --seed FILE          organisation to start with (default simulator/tenant/seed.json)
  --set NAME=VALUE     a switch, a delay in ms, isDehydrated or ewsEnabled; may be repeated
  --realistic          documented delays instead of quick ones
  --host localhost     the tenant answers on loopback only
  --directory DIR      where certificates go (default: a temporary directory, removed at the end)
`;

const FLAVOURS = ["online", "server"] as const;

interface Arguments extends SimulatorOptions {
  readonly help: boolean;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      flavour: { type: "string", default: "online" },
      powershell: { type: "string" },
      port: { type: "string", default: "8443" },
      seed: { type: "string" },
      set: { type: "string", multiple: true, default: [] },
      realistic: { type: "boolean", default: false },
      host: { type: "string", default: "localhost" },
      directory: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port}: not a port`);
  if (!["localhost", "127.0.0.1", "::1"].includes(values.host)) {
    throw new Error(`--host ${values.host}: the tenant has no secrets worth a network; it answers on loopback only`);
  }
  const flavour = FLAVOURS.find((each) => each === values.flavour);
  if (flavour === undefined) throw new Error(`--flavour ${values.flavour}: is one of ${FLAVOURS.join(", ")}`);
  return {
    help: values.help,
    flavour,
    port,
    realistic: values.realistic,
    settings: Object.fromEntries(values.set.map(parseSetting)),
    ...(values.powershell === undefined ? {} : { powershell: values.powershell }),
    ...(values.seed === undefined ? {} : { seed: readSeed(values.seed) }),
    ...(values.directory === undefined ? {} : { directory: values.directory }),
  };
}

/** The same of an Exchange Server organisation. */
function describeServer({ origin, bundleFile, simulator }: RunningSimulator, server: RunningServer): string {
  const module = remotingModule();
  return [
    `# The embedded Exchange Server organisation ${simulator.tenant.displayName} answers on ${origin}`,
    `export NODE_EXTRA_CA_CERTS=${quote(bundleFile)}`,
    `export SSL_CERT_FILE=${quote(bundleFile)}`,
    `export REQUESTS_CA_BUNDLE=${quote(bundleFile)}`,
    "# Stands in for the Kerberos ticket of the automation's account:",
    `export KRB5CCNAME=${quote(`FILE:${server.ticketFile}`)}`,
    ...Object.entries(exceptLoopback(process.env)).map(([name, value]) => `export ${name}=${quote(value)}`),
    `export EXCHANGE_SERVER_URI=${server.connectionUri}`,
    `export EXCHANGE_ENDPOINT=${origin}`,
    "# A session, in a PowerShell that has imported what stands in for New-PSSession:",
    `# Import-Module ${module}`,
    `# New-PSSession -ConfigurationName Microsoft.Exchange -ConnectionUri ${server.connectionUri} -Authentication Kerberos`,
    "# Accounts (passwords are new at each start):",
    ...Object.entries(server.accounts).flatMap(([purpose, { userName, password }]) => [
      `export TENANT_${purpose.toUpperCase()}_USER=${quote(userName)}`,
      `export TENANT_${purpose.toUpperCase()}_PASSWORD=${quote(password)}`,
    ]),
    `# Control: ${origin}/simulator/state, /journal, /requests, /reset, /switches, /faults, /clock`,
    "# Ready. Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** Shell lines: everything that is not a comment can be evaluated. */
function describe(running: RunningSimulator, more: readonly string[]): string {
  if (running.server !== undefined) return describeServer(running, running.server);
  const { origin, port, bundleFile, credentials, applications, administrator } = running;
  const others = Object.entries(applications).filter(([purpose]) => purpose !== "automation");
  return [
    `# The embedded tenant ${running.simulator.tenant.displayName} answers on ${origin}`,
    "# Environment for pulumi, azuread and EWS clients:",
    `export NODE_EXTRA_CA_CERTS=${quote(bundleFile)}`,
    `export SSL_CERT_FILE=${quote(bundleFile)}`,
    `export REQUESTS_CA_BUNDLE=${quote(bundleFile)}`,
    `export ARM_METADATA_HOSTNAME=localhost:${port}`,
    `export ARM_TENANT_ID=${credentials.tenantId}`,
    `export ARM_CLIENT_ID=${credentials.clientId}`,
    `export ARM_CLIENT_SECRET=${quote(credentials.clientSecret)}`,
    "export ARM_USE_CLI=false",
    ...Object.entries(exceptLoopback(process.env)).map(([name, value]) => `export ${name}=${quote(value)}`),
    `export EXCHANGE_ENDPOINT=${origin}`,
    ...more,
    "# A stack that uses it:",
    `# pulumi config set azuread:tenantId ${credentials.tenantId}`,
    `# pulumi config set azuread:clientId ${credentials.clientId}`,
    `# pulumi config set azuread:metadataHost localhost:${port}`,
    "# Other identities (secrets and passwords are new at each start):",
    ...others.flatMap(([purpose, { clientId, clientSecret }]) => [
      `export TENANT_${purpose.toUpperCase()}_CLIENT_ID=${clientId}`,
      `export TENANT_${purpose.toUpperCase()}_CLIENT_SECRET=${quote(clientSecret)}`,
    ]),
    ...(administrator === undefined
      ? []
      : [
          `export TENANT_ADMINISTRATOR_USER=${quote(administrator.userName)}`,
          `export TENANT_ADMINISTRATOR_PASSWORD=${quote(administrator.password)}`,
        ]),
    `# Control: ${origin}/simulator/state, /journal, /requests, /reset, /switches, /faults, /clock`,
    "# Ready. Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** The text as one word of a shell line. */
export function quote(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

async function start(more: readonly string[], powershell: string | undefined): Promise<void> {
  const options = readArguments();
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const running = await startSimulator({ ...(powershell !== undefined && { powershell }), ...options });
  const stop = (): void => {
    void running.close().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(describe(running, more));
}

/**
 * Runs the command by the process's arguments; what is wrong is one line and exit code 1.
 * @param more further shell lines of the environment, from whoever knows more than the tenant does
 * @param powershell what serves remote sessions where no option names it
 */
export async function runTenant(more: readonly string[] = [], powershell?: string): Promise<void> {
  try {
    await start(more, powershell);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await runTenant();
