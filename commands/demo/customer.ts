// The customer of all stories: whose calendars the call centre plans, who must stay out, and what the stack is asked
// for.

/** The field staff of the embedded tenant's organisation that the call centre plans for. */
export const mailboxes: readonly string[] = [
  "ad.viseur@buitendienst.example",
  "bram.buitenhuis@buitendienst.example",
  "carla.dewit@buitendienst.example",
  "eva.smit@buitendienst.example",
  "joost.visser@buitendienst.example",
];
/** A listed mailbox. */
export const adviser = "ad.viseur@buitendienst.example";
/** A mailbox that must stay out. */
export const director = "dirk.directeur@buitendienst.example";

/** The document's names, which are the defaults of the settings. */
export const names = {
  group: "SecurityGroup-CallPro Calendar Access",
  scope: "Scope-CallPro Calendar Access",
  assignment: "ApplicationImpersonation-CallPro Calendar Access",
  application: "CallPro Calendar Access",
};

/** The stack's settings at the start of every story. */
export const settings = {
  access: ["impersonation"],
  mailboxes,
  owner: "sander.brouwer@buitendienst.example",
  mustStayOut: [director],
};

/** What the call centre writes into a calendar. */
export const appointment = {
  subject: "CallPro: adviesgesprek mevrouw De Vries",
  start: "2027-03-01T09:00:00Z",
  end: "2027-03-01T10:00:00Z",
};

/** The day of the appointment. */
export const day = ["2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z"] as const;
