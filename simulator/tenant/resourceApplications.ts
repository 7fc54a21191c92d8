/** The two resource apps that every tenant has, with the application permissions that this tenant knows. */
import { EXCHANGE_APP_ID, GRAPH_APP_ID } from "../identity/resources.ts";

/** App roles by value, with Microsoft's ids (facts/calendar-access.md §5; the rest from the permissions reference). */
const GRAPH_ROLES: Readonly<Record<string, string>> = {
  "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
  "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf4ac3a30c",
  "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
  "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
  "Calendars.Read": "798ee544-9d2d-430c-a058-570e29e34338",
  "Calendars.ReadBasic.All": "8ba4a692-bc31-4128-9094-475872af8a53",
  "Calendars.ReadWrite": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
  "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
  "Directory.ReadWrite.All": "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
  "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
  "Group.ReadWrite.All": "62a82d76-70ea-41e2-9197-370581804d09",
  "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
  "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
  "Mail.ReadBasic": "6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a",
  "Mail.ReadBasic.All": "693c5e45-0940-467d-9b8a-1022fb9d42ef",
  "Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
  "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
  "Organization.Read.All": "498476ce-e0fe-48b0-b801-37ba7e2685c6",
  "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
  "RoleManagement.ReadWrite.Directory": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
  "RoleManagement.ReadWrite.Exchange": "025d3225-3f02-4882-b4c0-cd5b541a4e80",
  "User-PasswordProfile.ReadWrite.All": "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7",
  "User.DeleteRestore.All": "eccc023d-eccf-4e7b-9683-8813ab36cecc",
  "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
  "User.ReadWrite.All": "741f803b-c850-494e-b5df-cde7c675a1ca",
};

const EXCHANGE_ROLES: Readonly<Record<string, string>> = {
  "Exchange.ManageAsApp": "dc50a0fb-09a3-484d-be87-e023b12c6440",
  full_access_as_app: "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
  // Of the Outlook REST API, which is gone; tenants still hold consents to them (ids from memory).
  "Calendars.Read.All": "2dfdc6dc-2fa7-4a2c-a922-dbd4f85d17be",
  "Calendars.ReadWrite.All": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
};

export interface ResourceApplication {
  readonly appId: string;
  readonly displayName: string;
  /** Ids of the app roles by their value. */
  readonly appRoles: Readonly<Record<string, string>>;
}

export const RESOURCE_APPLICATIONS: readonly ResourceApplication[] = [
  { appId: GRAPH_APP_ID, displayName: "Microsoft Graph", appRoles: GRAPH_ROLES },
  { appId: EXCHANGE_APP_ID, displayName: "Office 365 Exchange Online", appRoles: EXCHANGE_ROLES },
];

/** The app roles of a resource app, as its enterprise app in any tenant has them; none of every other app. */
export function appRolesOf(appId: string): { id: string; value: string; displayName: string }[] {
  const resource = RESOURCE_APPLICATIONS.find((candidate) => candidate.appId === appId);
  return Object.entries(resource?.appRoles ?? {}).map(([value, id]) => ({ id, value, displayName: value }));
}

/** Microsoft's own apps without permissions that matter here; the last has no enterprise app until it is made. */
export const FIRST_PARTY_APPLICATIONS = [
  { appId: "00000003-0000-0ff1-ce00-000000000000", displayName: "Office 365 SharePoint Online", present: true },
  { appId: "00000002-0000-0000-c000-000000000000", displayName: "Windows Azure Active Directory", present: true },
  { appId: "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", displayName: "Microsoft Teams Services", present: false },
] as const;

/** The tenant that owns Microsoft's own applications. */
export const MICROSOFT_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
