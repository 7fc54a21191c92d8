// How every story ends: undone, compared with the beginning, and the journal read back.
import { differencesOf } from "./difference.ts";
import { names } from "./customer.ts";
import { judgeReach } from "./reach.ts";
import { accessOf, chapter, type Scene } from "./scene.ts";
import { demand, type Step } from "./step.ts";

/** Types in the order in which a destroy has to remove them: access first (design.md §7.2). */
const removalOrder = {
  impersonation: ["RoleAssignment", "ManagementScope", "SecurityGroup", "RoleGroup", "User"],
  server: ["RoleAssignment", "ManagementScope", "SecurityGroup", "RoleGroup", "ServiceAccount"],
  application: [
    "RoleAssignment",
    "ManagementScope",
    "SecurityGroup",
    "ExchangeServicePrincipal",
    "ServicePrincipal",
    "Application",
  ],
};

/** The types among `wanted` that a run of the engine removed, in its order. */
export function removedTypes(output: string, wanted: readonly string[]): string[] {
  const removed = [...output.matchAll(/^ - {2}\S+:(\w+) \S+ deleted/gm)].map((match) => match[1] ?? "");
  return removed.filter((type) => wanted.includes(type));
}

/** Destroys the stack. */
export function undo(scene: Scene): Step {
  const { stage, told } = scene;
  return {
    title: "pulumi destroy: undone, access first",
    told: ["The assignment goes before the scope: the document's own order would open every mailbox for a moment."],
    async run() {
      await chapter(scene, "destroy", async () => {
        const byUser = stage.tenant.server === undefined ? "impersonation" : "server";
        const wanted = removalOrder[accessOf(stage).includes("application") ? "application" : byUser];
        const { code, output } = await stage.pulumi("destroy", "--yes", "--skip-preview", "--suppress-progress");
        demand(code === 0, `pulumi destroy ended with exit code ${code}`);
        const order = removedTypes(output, wanted);
        demand(order.join() === wanted.join(), `removed in this order: ${order.join(", ")}`);
        told(`Removed in this order: ${order.join(", ")}.`);
        return { [scene.userName]: [], [names.application]: [] };
      });
    },
  };
}

/** Compares the tenant with what it was before the stack. */
export function compare(scene: Scene): Step {
  const { stage, told } = scene;
  return {
    title: "The tenant is as it was before",
    told: ["Everything that is in the tenant now, compared with the first step (recycle bin and journal aside)."],
    async run() {
      const differences = differencesOf(scene.before, await stage.tenant.readState());
      demand(differences.length === 0, ...differences);
      told("No difference.");
    },
  };
}

/** Judges every write of the story by the tenant's journal. */
export function readBack({ stage, told, chapters }: Scene): Step {
  return {
    title: "The journal: never wider than before or asked for",
    told: ["The tenant notes after every write which mailboxes each principal can reach."],
    async run() {
      const journal = await stage.tenant.readJournal();
      const wider = judgeReach(journal, chapters);
      demand(wider.length === 0, ...wider);
      const byHand = chapters.filter((each) => each.byHand).map(({ title, from, to }) => `${title} (${to - from})`);
      told(`${journal.length} writes. Left out, because somebody made them by hand: ${byHand.join(", ")}.`);
      told("After every other one no user and no app reached more than before, or than the stack was asked for.");
    },
  };
}
