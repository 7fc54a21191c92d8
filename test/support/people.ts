/** The cast: whom the tests speak of, from the embedded tenant's organisation (simulator/tenant/seed.json). */

/** Field staff, most often on the list. */
export const ad = "ad.viseur@buitendienst.example";
export const eva = "eva.smit@buitendienst.example";
/** Field staff, most often not on it. */
export const carla = "carla.dewit@buitendienst.example";
export const gijs = "gijs.bakker@buitendienst.example";
/** The director, who must stay out. */
export const dirk = "dirk.directeur@buitendienst.example";
/** The office: who owns the group. */
export const sander = "sander.brouwer@buitendienst.example";
/** An administrator with a mailbox. */
export const bea = "bea.beheerder@buitendienst.example";
/** The user that a stack makes with the default settings. */
export const serviceUser = "svcServiceAccount@buitendienst.onmicrosoft.com";
