// `npm run handover -- --stack NAME --to KEY`: what the call centre gets, in one file that only the call centre can open,
// with a letter beside it that holds no secret; with `--check LETTER`: whether the call centre's copy is current. Changes
// nothing in the tenant or the stack.
import { messageOf } from "../resources/lifecycle/userError.ts";
import { checkLetter, handOver } from "./handover/handover.ts";
import { readOptions, usage, WrongOption } from "./handover/options.ts";
import { sayAs, shown } from "./run/say.ts";

const say = sayAs("handover");

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  try {
    const options = readOptions(args);
    const { code, lines } = await ("letter" in options ? checkLetter(options, say) : handOver(options, say));
    if (code === 0) console.log(shown(lines));
    else for (const line of lines) say(line);
    return code;
  } catch (error) {
    say(messageOf(error));
    if (error instanceof WrongOption) say("--help tells the options");
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
