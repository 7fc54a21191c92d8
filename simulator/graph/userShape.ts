/** How Graph serves a user. */
import type { DirectoryUser } from "../tenant/directoryModel.ts";
import type { Row } from "./filter.ts";
import type { Shape } from "./query.ts";

/** Without `$select` v1.0 serves these only. */
export const USER: Shape = {
  type: "microsoft.graph.user",
  set: "users",
  defaults: [
    "id",
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
  ],
};

/** Properties without a value, so that filters know them. */
const EMPTY: Row = {
  ageGroup: null,
  assignedLicenses: [],
  businessPhones: [],
  city: null,
  companyName: null,
  consentProvidedForMinor: null,
  country: null,
  creationType: null,
  department: null,
  employeeHireDate: null,
  employeeId: null,
  employeeOrgData: null,
  employeeType: null,
  externalUserState: null,
  faxNumber: null,
  givenName: null,
  imAddresses: [],
  jobTitle: null,
  mobilePhone: null,
  officeLocation: null,
  onPremisesDistinguishedName: null,
  onPremisesDomainName: null,
  onPremisesImmutableId: null,
  onPremisesSamAccountName: null,
  onPremisesSecurityIdentifier: null,
  onPremisesSyncEnabled: null,
  onPremisesUserPrincipalName: null,
  otherMails: [],
  postalCode: null,
  preferredLanguage: null,
  state: null,
  streetAddress: null,
  surname: null,
  usageLocation: null,
};

/** Everything that may be served of a user: never the password. */
export function describeUser(user: DirectoryUser): Row {
  return {
    ...EMPTY,
    ...user.other,
    id: user.id,
    accountEnabled: user.accountEnabled,
    createdDateTime: user.createdDateTime,
    deletedDateTime: user.deletedDateTime,
    displayName: user.displayName,
    mail: user.mail,
    mailNickname: user.mailNickname,
    passwordPolicies: user.passwordPolicies,
    passwordProfile: null,
    proxyAddresses: [...user.proxyAddresses],
    showInAddressList: user.showInAddressList,
    userPrincipalName: servedPrincipalName(user),
    userType: user.userType,
  };
}

/** In the recycle bin a user's name starts with its id without dashes, so that the name is free for another user. */
function servedPrincipalName(user: DirectoryUser): string {
  return user.deletedDateTime === null
    ? user.userPrincipalName
    : `${user.id.replaceAll("-", "")}${user.userPrincipalName}`;
}
