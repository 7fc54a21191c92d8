/** A sentence for each code of a group: the compiler refuses a table that lacks one. */
export type Words<Subjects> = { readonly [Code in keyof Subjects]: (subjects: Subjects[Code]) => string };
