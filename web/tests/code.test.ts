/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { parseCode } from "../src/model/code";

test.each([
    ["123456", "123456"],
    ["123 456", "123456"],
    ["１２３４５６", "123456"],
    ["12", "12"],
    ["1234567", "123456"],
    ["Your Parley code is 654321.\n\n@chat.example #123456", "123456"],
    ["【Parley】验证码 123456，5 分钟内有效", "123456"],
    ["nothing", ""],
])("%j holds the code %j", (text, code) => expect(parseCode(text)).toBe(code));
