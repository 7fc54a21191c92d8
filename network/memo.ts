/** Answers of one session that still hold: equal questions share one until something is written. */
export class Memo<Answer> {
  private answers = new Map<string, Promise<Answer>>();

  /** The answer to the question named `key`: the one at hand, or a new one; failures are not kept. */
  get(key: string, ask: () => Promise<Answer>, fresh: boolean): Promise<Answer> {
    const known = this.answers.get(key);
    if (known !== undefined && !fresh) return known;
    const answer = ask();
    this.answers.set(key, answer);
    answer.catch(() => {
      if (this.answers.get(key) === answer) this.answers.delete(key);
    });
    return answer;
  }

  /**
   * Forgets everything but the answers to the questions that `keeps` names, also what is being asked at this moment.
   */
  clear(keeps: (key: string) => boolean = () => false): void {
    this.answers = new Map([...this.answers].filter(([key]) => keeps(key)));
  }
}
