/** What EWS's answers say of an impersonation, and that a password goes nowhere but to a Basic over https. */
import { describe, expect, test } from "@jest/globals";
import { askImpersonation, judge } from "../../exchange/ews.ts";
import { TransportError, type HttpAnswer, type HttpRequest } from "../../network/transport.ts";

const basic = { "www-authenticate": 'Negotiate, NTLM, Basic realm="mail.example"' };
const answer = (status: number, code = "", headers: HttpAnswer["headers"] = {}): HttpAnswer => ({
  status,
  headers,
  body: code === "" ? "" : `<e:ResponseCode xmlns:e="x">${code}</e:ResponseCode>`,
});

describe("an answer to a signed-in request", () => {
  test.each([
    ["a refused impersonation", answer(500, "ErrorImpersonateUserDenied"), "refused"],
    ["a refused sign-in", answer(401, "", basic), "refused"],
    ["a calendar", answer(200, "NoError"), "open"],
    ["a mailbox without that calendar", answer(200, "ErrorFolderNotFound"), "open"],
    ["a sign-in that is of another kind", answer(401, "", { "www-authenticate": "NTLM" }), "unanswered"],
    ["a mailbox that is gone", answer(500, "ErrorNonExistentMailbox"), "unanswered"],
    ["a busy server", answer(500, "ErrorServerBusy"), "unanswered"],
    ["EWS that is off", answer(403, "", { "x-ews-policy-reason": "EWS is disabled" }), "unanswered"],
    ["a page of something else", answer(302), "unanswered"],
    ["a fault that names a folder", answer(500, "ErrorAccessDenied"), "unanswered"],
  ])("%s", (_what, given, kind) => {
    expect(judge(given).kind).toBe(kind);
  });
});

describe("a question", () => {
  const account = { userName: "svc@contoso.example", password: "Pa$$ & <word>" };
  const secret = Buffer.from(`${account.userName}:${account.password}`).toString("base64");

  /** Asks, and answers what was sent. */
  async function ask(uri: string, ...answers: (HttpAnswer | TransportError)[]) {
    const sent: HttpRequest[] = [];
    const send = (request: HttpRequest): Promise<HttpAnswer> => {
      sent.push(request);
      const next = answers[sent.length - 1] ?? answer(500);
      return next instanceof TransportError ? Promise.reject(next) : Promise.resolve(next);
    };
    const said = await askImpersonation({ uri, send }, account, "a&b@contoso.example");
    expect(said.reason).not.toMatch(/Pa\$\$|word/);
    return {
      ...said,
      sent: sent.map(({ headers }) => headers["authorization"] ?? ""),
      bodies: sent.map(({ body }) => body),
    };
  }
  const uri = "https://mail.example/EWS/Exchange.asmx";

  test("is sent signed in once Basic was offered, about the mailbox as it is written", async () => {
    const { kind, sent, bodies } = await ask(uri, answer(401, "", basic), answer(500, "ErrorImpersonateUserDenied"));
    expect({ kind, sent }).toEqual({ kind: "refused", sent: ["", `Basic ${secret}`] });
    expect(bodies[1]).toContain("<t:PrimarySmtpAddress>a&amp;b@contoso.example</t:PrimarySmtpAddress>");
  });

  test("sends no password where Basic is not offered, nor anything where there is no https", async () => {
    const ntlm = await ask(uri, answer(401, "", { "www-authenticate": "Negotiate, NTLM" }));
    expect(ntlm).toMatchObject({
      kind: "unanswered",
      sent: [""],
      reason: expect.stringMatching(/does not offer Basic/),
    });
    expect(await ask(uri, answer(200))).toMatchObject({ kind: "unanswered", sent: [""] });
    expect(await ask("http://mail.example/EWS/Exchange.asmx")).toMatchObject({ kind: "unanswered", sent: [] });
  });

  test("says what became of it where nobody answers", async () => {
    const lost = new TransportError("untrusted", "the certificate of mail.example is not trusted");
    expect(await ask(uri, lost)).toMatchObject({ kind: "unanswered", reason: lost.message });
  });
});
