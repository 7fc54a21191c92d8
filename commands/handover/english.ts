// A hand-over in English. Lines of at most 78 characters, for any mail program. Pure.
import { dateIn, mailboxLines } from "./line.ts";
import type { Facts } from "./facts.ts";
import type { Wording } from "./language.ts";

const date = dateIn("en-GB");

export const english: Wording = {
  plainText: ({ stack, content, madeAt }) => [
    `Calendar access ${stack}, ${date(madeAt)}`,
    "CONFIDENTIAL: do not keep this as a readable file.",
    "",
    `Tenant id:         ${content.tenantId}`,
    ...(content.impersonation === undefined
      ? []
      : [
          `User name:         ${content.impersonation.userName}`,
          `Password:          ${content.impersonation.password ?? "(you have it already, or ask the customer)"}`,
        ]),
    ...(content.application === undefined
      ? []
      : [
          `Client id:         ${content.application.clientId}`,
          ...content.application.thumbprints.map((thumbprint) => `Certificate:       ${thumbprint}`),
        ]),
    "",
    `Mailboxes (${content.mailboxes.length}): primary address, then user name`,
    ...mailboxLines(content.mailboxes),
  ],

  letter: (facts) => [
    `Calendar access ${facts.stack}: hand-over to the call centre`,
    date(facts.madeAt),
    "",
    "An encrypted file goes with this letter. It holds what you need in CallPro.",
    "The letter itself holds nothing secret.",
    "",
    "1. Call first",
    "",
    "Call the sender at a number that you already knew, and read the fingerprint of",
    "your key to each other:",
    "",
    `   ${facts.fingerprint}`,
    "",
    "This is how you work it out yourself (Linux or WSL):",
    "",
    "   age-keygen -y KEY.txt | tr -d '\\n' | sha256sum | cut -c 1-32",
    "",
    "If it differs, the file is not for you: say so.",
    "",
    "2. Open the file",
    "",
    `   age --decrypt --identity KEY.txt ${facts.file}`,
    "",
    "Enter what you see in CallPro at once, and keep it nowhere in readable form.",
    "",
    "3. What is open",
    "",
    ...opened(facts),
    "",
    "4. What to enter in CallPro",
    "",
    ...entered(facts),
    "",
    "5. How CallPro signs in",
    "",
    ...signIn(facts),
    "",
    "6. When access is refused",
    "",
    "- Shortly after the set-up or a change Exchange may still refuse, also with",
    "  403 ErrorAccessDenied: usually for half an hour to two hours. Wait, and try",
    "  again after that; do not keep trying all the time.",
    ...(facts.opens.wholeOrganization ? [] : ["- A mailbox that is not on the list is meant to be shut."]),
    "- If the sign-in itself fails, or it still does not work tomorrow, call. Note",
    "  the time, the mailbox and the whole message.",
    "- If it worked and suddenly no longer does, the customer may have stopped the",
    "  access. Call before you change anything.",
    "",
    "7. Whom to call",
    "",
    `   ${facts.contact ?? "whoever sent you this letter"}`,
    "",
    "8. How long this holds",
    "",
    ...lasts(facts),
    "- When the list, the password or a certificate changes, you get a new letter",
    "  with a new file. Destroy the old ones then.",
    "",
    "Leave the last line as it is: by it the operator sees whether yours is the",
    "latest version. What was handed over cannot be told from it.",
    "",
  ],
};

function opened({ content, opens, provedAt }: Facts): string[] {
  const { length } = content.mailboxes;
  const listed = length === 1 ? "the one mailbox that is" : `the ${length} mailboxes that are`;
  return [
    ...(opens.wholeOrganization
      ? ["- ALL mailboxes of the organisation are open. Use only", `  ${listed} on the list in the file.`]
      : [`- Only ${listed} on the list in the file.`]),
    ...(content.impersonation === undefined
      ? []
      : [
          "- The user (impersonation) opens the whole mailbox: reading, changing and",
          "  sending. Use the calendar only.",
        ]),
    ...(content.application === undefined
      ? []
      : opens.wholeMailbox
        ? ["- The app opens the whole mailbox. Use the calendar only."]
        : ["- The app opens the calendar only."]),
    ...(provedAt === undefined ? [] : [`- This was last proved on ${date(provedAt)}.`]),
  ];
}

function entered({ content: { impersonation, application } }: Facts): string[] {
  return [
    ...(impersonation === undefined
      ? []
      : [
          "- The user name, whole: with everything after the at sign.",
          impersonation.password === undefined
            ? "- The password that you have from the customer: this user was there before."
            : "- The password, exactly as it stands there. Copy it, do not type it.",
        ]),
    ...(application === undefined
      ? []
      : [
          "- The tenant id and the client id.",
          application.thumbprints.length === 0
            ? "- The certificate or secret of your own app, which you have."
            : "- The private key of one of the certificates, which you have; the file only\n  holds the certificates' thumbprints.",
        ]),
    "- For each of the staff the mailbox from the list. The primary address comes",
    "  first, then the user name. Often they are the same. Where they differ, Graph",
    "  wants the user name, and EWS mostly the primary address.",
  ];
}

function signIn({ content: { impersonation, application }, opens }: Facts): string[] {
  return [
    ...(impersonation === undefined
      ? []
      : [
          "- CallPro signs in to Exchange (EWS) with name and password, and names the",
          "  mailbox with each appointment. Nobody is asked for a code (MFA): if somebody",
          "  is, a policy of the customer's stands in the way. Call then.",
        ]),
    ...(application === undefined
      ? []
      : [
          "- CallPro signs in as the app (client credentials), in the customer's tenant,",
          "  for a token of:",
          ...opens.audiences.map((audience) => `  ${audience}`),
          "- The token holds no roles. That is right: the rights are Exchange's.",
          "- Never ask the customer for a consent to calendars or mail: it would open all",
          "  other mailboxes, too.",
        ]),
  ];
}

function lasts({ content, opens, certificateEnds }: Facts): string[] {
  return [
    ...(content.impersonation === undefined ? [] : ["- The password does not expire by itself."]),
    ...certificateEnds.map(
      (end) => `- A certificate of the app ends on ${date(end)}. Hand the next one over\n  well before that.`,
    ),
    ...(content.impersonation === undefined && !opens.wholeMailbox
      ? []
      : [
          "- Microsoft ends EWS in Exchange Online: tenant by tenant from 1 October 2026,",
          "  for good on 1 April 2027.",
        ]),
  ];
}
