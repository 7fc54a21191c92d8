/** Collects what falls due in one tick, so that it can share a request. */

import type { Waits } from "./waits.ts";

/**
 * Sends several questions at once; answers one settled result for each, in their order. Rejects where none was sent.
 */
export type SendMany<Question, Answer> = (
  questions: readonly Question[],
) => Promise<readonly PromiseSettledResult<Answer>[]>;

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers a function that asks one question. Questions of one tick go out together, up to `size` at a time; a single
 * one goes alone. Questions with an equal key never share a request: who asks twice wants two back ends' answers.
 */
export function collectQuestions<Question, Answer>(
  size: number,
  sendOne: (question: Question) => Promise<Answer>,
  sendMany: SendMany<Question, Answer>,
  keyOf: (question: Question) => string,
  { tick }: Pick<Waits, "tick">,
): (question: Question) => Promise<Answer> {
  let due: Waiting<Question, Answer>[] = [];

  const sendDue = () => {
    const groups: { keys: Set<string>; waiting: Waiting<Question, Answer>[] }[] = [];
    for (const each of due) {
      const key = keyOf(each.question);
      let group = groups.find(({ keys, waiting }) => waiting.length < size && !keys.has(key));
      if (group === undefined) groups.push((group = { keys: new Set(), waiting: [] }));
      group.keys.add(key);
      group.waiting.push(each);
    }
    due = [];
    for (const { waiting } of groups) void sendGroup(waiting);
  };

  const sendGroup = async (group: readonly Waiting<Question, Answer>[]) => {
    try {
      const [first] = group;
      if (group.length === 1 && first !== undefined) {
        first.resolve(await sendOne(first.question));
        return;
      }
      const results = await sendMany(group.map(({ question }) => question));
      for (const [index, { resolve, reject }] of group.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error("the batch left a question unanswered"));
        else if (result.status === "fulfilled") resolve(result.value);
        else reject(result.reason);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };

  return (question) =>
    new Promise((resolve, reject) => {
      due.push({ question, resolve, reject });
      if (due.length === 1) void tick().then(sendDue);
    });
}
