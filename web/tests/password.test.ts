/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { passwordStrength, validAccountName } from "../src/model/password";

test.each([
    ["short", 0],
    ["password1", 1],
    ["aaaaaaaaaaaa", 1],
    ["correct horse battery staple", 4],
    ["Xk3!pQ9z", 2],
])("%s has strength %d", (password, strength) => expect(passwordStrength(password)).toBe(strength));

test("a password that holds the account name is weak", () => {
    expect(passwordStrength("margarete-2026-Long!", "margarete")).toBe(1);
});

test.each([
    ["anna.b_2", true],
    ["Anna", false],
    ["_anna", false],
    ["an na", false],
    ["", false],
])("the account name %j is allowed: %s", (name, allowed) => expect(validAccountName(name)).toBe(allowed));
