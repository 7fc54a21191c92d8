/** Exchange's answers and what they mean; texts and types as recorded in facts/exchange.md. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { classify } from "../../../exchange/rest/errorResponse.ts";
import type { RawAnswer } from "../../../exchange/rest/errorResponse.ts";

const now = Date.parse("2026-11-22T10:00:00Z");

function answer(status: number | undefined, body: unknown, headers: Record<string, string> = {}): RawAnswer {
  return { status, headers, body };
}

function detail(type: string, text: string, code = "Ex6F9304"): unknown {
  return {
    error: {
      code: "BadRequest",
      message: "Error executing cmdlet",
      details: [{ code: "Client", target: "", message: `${code}|${type}|${text}` }],
      innererror: {
        internalexception: {
          message: "Exception of type 'Microsoft.Exchange.X.DirectInvokeCmdletExecutionException' was thrown.",
          type: "Microsoft.Exchange.X.DirectInvokeCmdletExecutionException",
        },
      },
    },
  };
}

function binding(type: string, message: string): unknown {
  const internalexception = {
    message,
    type: `Microsoft.Exchange.AdminApi.CommandInvocation.${type}`,
    stacktrace: "at …",
  };
  return {
    error: { code: "BadRequest", message: "Invalid Operation", innererror: { message: "x", internalexception } },
  };
}

const notFoundType = "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException";
const notFoundText =
  "The operation couldn't be performed because object 'X' couldn't be found on 'DC.PROD.OUTLOOK.COM'.";

describe("a failure's kind", () => {
  test.each([
    ["notFound", detail(notFoundType, notFoundText)],
    ["notFound", detail(notFoundType, notFoundText, "")],
    ["alreadyExists", detail("Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException", "The object exists.")],
    ["alreadyExists", detail("Some.Exception", 'The name "x" is already being used. Please try another name.')],
    ["alreadyExists", detail("Some.Exception", 'The proxy address "SMTP:a@b" is already being used by "c".')],
    [
      "alreadyExists",
      detail("Some.Exception", "This operation is not required. Organization is already enabled for customization."),
    ],
    ["alreadyMember", detail("Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException", "…")],
    ["notMember", detail("Some.Exception", 'The recipient "x" isn\'t a member of the group "g".')],
    [
      "dehydrated",
      detail("Microsoft.Exchange.Configuration.Tasks.InvalidOperationInDehydratedContextException", "The command …"),
    ],
    [
      "dehydrated",
      detail(
        "Some.Exception",
        "To run this command, you first need to run the command: Enable-OrganizationCustomization.",
      ),
    ],
    [
      "delegation",
      detail(
        "System.InvalidOperationException",
        'You don\'t have access to create, change, or remove the "x" management role assignment. You must be assigned a delegating role assignment to the management role or its parent in the hierarchy without a scope restriction.',
      ),
    ],
    ["forbidden", detail("Microsoft.Exchange.Management.Tasks.OperationRequiresGroupManagerException", "…")],
    ["forbidden", detail("Some.Exception", "… doesn't have write permission to target DC … (INSUFF_ACCESS_RIGHTS).")],
    ["unknownParameter", binding("AmbiguousParameterSetException", "… Invalid cmdlet parameters specified. Foo")],
    [
      "invalid",
      binding("ParameterTransformationException", "Cannot process argument transformation on parameter 'P'."),
    ],
    ["other", detail("System.SomethingElseException", "It did not work.")],
  ])("is %s whatever the status", (kind, body) => {
    for (const status of [400, 404, 500, undefined]) {
      const { error, repeatable } = classify("Get-X", answer(status, body), now);
      // A failure of an unknown type under 500 may have any cause, so it is looked at again.
      expect([error.kind, repeatable]).toEqual(
        kind === "other" && status === 500 ? ["transient", "reads"] : [kind, "never"],
      );
    }
  });

  test("is never notFound by status, code or text alone", () => {
    const bodies: unknown[] = ["", "Not Found", "<html>404</html>", {}, { error: {} }, { error: { code: "NotFound" } }];
    bodies.push({ error: { code: "NotFound", message: notFoundText } }, detail("Some.OtherException", notFoundText));
    for (const body of bodies) expect(classify("Get-X", answer(404, body), now).error.kind).toBe("other");
  });

  test.each([
    [429, {}, "throttled", "always"],
    [
      400,
      "You have reached the maximum number of concurrent requests per tenant. Please wait and try again",
      "throttled",
      "always",
    ],
    [400, detail("Microsoft.Exchange.Data.Directory.OverBudgetException", "…"), "throttled", "always"],
    [400, detail("Microsoft.Exchange.Admin.CmdletProxyNotAvailableFailure", "…"), "transient", "always"],
    [400, detail("Microsoft.Exchange.ServerBusyException", "…"), "transient", "always"],
    [400, detail("Microsoft.Exchange.Data.Directory.ADTransientException", "…"), "transient", "reads"],
    [400, detail("Microsoft.Exchange.BackendCommunicationException", "…"), "transient", "reads"],
    [400, detail("Microsoft.Exchange.UnableToWriteToAadException", "…"), "transient", "reads"],
    [500, "", "transient", "reads"],
    [502, "<html>Bad gateway</html>", "transient", "reads"],
    [503, {}, "transient", "reads"],
    [504, {}, "transient", "reads"],
    [501, { error: { message: "not modelled: Get-X" } }, "other", "never"],
    [302, "", "other", "never"],
    [401, "", "unauthorized", "never"],
    [403, "\0".repeat(5000), "forbidden", "never"],
  ])("of status %i with %j is %s and repeatable %s", (status, body, kind, repeatable) => {
    const failed = classify("Get-X", answer(status, body), now);
    expect([failed.error.kind, failed.repeatable]).toEqual([kind, repeatable]);
    expect(failed.outcomeUnknown).toBe(repeatable === "reads");
  });
});

describe("a failure's text", () => {
  test("is the first detail's, without its prefix and with its bars", () => {
    const { error } = classify("Get-Group", answer(404, detail(notFoundType, "a|b\r\n c")), now);
    expect(error.message).toBe("Get-Group: a|b c");
    expect([error.exceptionType, error.status]).toEqual([notFoundType, 404]);
  });

  test("is the internal exception's where there are no details", () => {
    const { error } = classify("Set-X", answer(400, binding("AmbiguousParameterSetException", "Parameter set …")), now);
    expect(error.message).toBe("Set-X: Parameter set …");
  });

  test("is the message's where there is nothing else", () => {
    const body = { error: { message: "User is not allowed to call Get-Mailbox" } };
    const { error } = classify("Get-Mailbox", answer(401, body), now);
    expect(error.message).toBe("Get-Mailbox: User is not allowed to call Get-Mailbox");
    expect(error.kind).toBe("forbidden");
  });

  test("is the header's where the body is NUL bytes", () => {
    const body = "\0".repeat(4096);
    const headers = {
      "x-ms-diagnostics": '2000001;reason="The user lacks the role."',
      "x-exceptiontype": "Some.RbacException",
    };
    const { error } = classify("Get-X", answer(403, body, headers), now);
    expect(error.message).toBe('Get-X: 2000001;reason="The user lacks the role."');
    expect(error.exceptionType).toBe("Some.RbacException");
    expect(classify("Get-X", answer(403, body), now).error.message).toContain("403, no reason given");
  });

  test("is one short line, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json): unknown => JSON.parse(json)),
        ),
        fc.integer({ min: 300, max: 599 }),
        (body, status) => {
          const { error } = classify("Get-X", answer(status, body), now);
          expect(error.message).not.toMatch(/[\n\r\0]/);
          expect(error.message.length).toBeLessThan(1100);
        },
      ),
    );
  });
});

test("a pause that Exchange asks for is handed on in milliseconds", () => {
  expect(classify("Get-X", answer(429, {}, { "retry-after": "12" }), now).retryAfter).toBe(12_000);
});
