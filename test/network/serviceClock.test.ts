import { expect, test } from "@jest/globals";
import { withClock } from "../../network/serviceClock.ts";
import type { Transport } from "../../network/transport.ts";

test("a service's time is that of its last answer, and goes on", async () => {
  let now = 1_000_000;
  let date: string | undefined = "Thu, 26 Nov 2026 10:00:00 GMT";
  const transport: Transport = async () => ({ status: 200, headers: { date }, body: "" });
  const clock = withClock(transport, () => now);
  const ask = () => clock.transport({ method: "GET", url: "https://graph.example", headers: {} });
  expect(clock.time()).toBeUndefined();
  await ask();
  now += 5_000;
  expect(clock.time()).toBe(Date.parse("2026-11-26T10:00:05Z"));
  date = undefined;
  await ask();
  expect(clock.time()).toBe(Date.parse("2026-11-26T10:00:05Z"));
  date = "Thu, 26 Nov 2026 11:00:00 GMT";
  await ask();
  expect(clock.time()).toBe(Date.parse("2026-11-26T11:00:00Z"));
});
