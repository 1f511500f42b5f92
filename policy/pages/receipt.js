/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Checks the Ed25519 signature of a receipt with the browser's own cryptography. Nothing leaves the page but the question
// for the server's public keys.
"use strict";

const words = {
  "en": {
    good: "Genuine: signed by this key, and unchanged.",
    bad: "Not genuine: the signature does not belong to this text and this key.",
    shape: "This is not a receipt.",
    key: "The key must be 64 hexadecimal digits.",
    keys: "The server's keys could not be fetched. Paste the key you kept.",
    browser: "This browser cannot check Ed25519 signatures (or the page was not opened over HTTPS). Use a newer browser, or the command parley policy verify-receipt.",
    record: "Record", from: "From", purpose: "Purpose", event: "Event", time: "Time", given: "given", withdrawn: "withdrawn", version: "Policy version", signedWith: "Signed with",
  },
  "zh-CN": {
    good: "真实：由该密钥签署，且未被改动。",
    bad: "不真实：签名与此内容及密钥不符。",
    shape: "这不是一份回执。",
    key: "公钥须为 64 位十六进制数字。",
    keys: "无法获取服务器的公钥。请粘贴您保存的公钥。",
    browser: "此浏览器无法核验 Ed25519 签名（或本页未通过 HTTPS 打开）。请使用较新的浏览器，或使用命令 parley policy verify-receipt。",
    record: "编号", from: "出具方", purpose: "目的", event: "事件", time: "时间", given: "同意", withdrawn: "撤回", version: "政策版本", signedWith: "签名密钥",
  },
};
const language = navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
document.documentElement.lang = language;
const t = words[language];
const byId = (id) => document.getElementById(id);

/** A refusal in words the person can use. */
class Refusal extends Error {}

const byCodePoint = (a, b) => {
  const left = Array.from(a, (c) => c.codePointAt(0)), right = Array.from(b, (c) => c.codePointAt(0));
  const at = left.findIndex((c, i) => c !== right[i]);
  return at < 0 ? left.length - right.length : left[at] - (right[at] ?? -1);
};

/** Canonical JSON (Matrix specification, appendices): what was signed, byte for byte. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort(byCodePoint).map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

const bytesOfBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const bytesOfHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

function parseReceipt(text) {
  try {
    const receipt = JSON.parse(text);
    const { algorithm, key, value } = receipt.signature;
    if (algorithm !== "Ed25519" || !key.startsWith("receipt:")) throw new Error();
    return { receipt, value: bytesOfBase64(value) };
  } catch {
    throw new Refusal(t.shape);
  }
}

async function publicKey() {
  const pasted = byId("key").value.trim();
  if (pasted) {
    if (!/^[0-9a-f]{64}$/i.test(pasted)) throw new Refusal(t.key);
    return bytesOfHex(pasted);
  }
  try {
    const { keys } = await (await fetch("/_parley/v1/keys")).json();
    return bytesOfBase64(keys.find((one) => one.use === "receipt").public_key);
  } catch {
    throw new Refusal(t.keys);
  }
}

async function importKey(bytes) {
  try {
    return await crypto.subtle.importKey("raw", bytes, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Refusal(t.browser);
  }
}

function show(receipt) {
  const event = receipt.events?.[0], purpose = receipt.purposes?.[0];
  const lines = [
    [t.record, receipt.record_id], [t.from, receipt.pii_controllers?.[0]?.id], [t.purpose, purpose?.title ?? purpose?.purpose],
    [t.event, t[event?.event_type] ?? event?.event_type], [t.time, event && new Date(event.event_time).toLocaleString(language)],
    [t.version, receipt.privacy_notice?.version], [t.signedWith, receipt.signature.key],
  ];
  byId("content").replaceChildren(...lines.filter(([, value]) => value).flatMap(([name, value]) => {
    const term = document.createElement("dt"), detail = document.createElement("dd");
    term.textContent = name;
    detail.textContent = String(value);
    return [term, detail];
  }));
}

async function check() {
  const { receipt, value } = parseReceipt(byId("receipt").value);
  const { signature, ...signed } = receipt;
  const key = await importKey(await publicKey());
  const good = await crypto.subtle.verify({ name: "Ed25519" }, key, value, new TextEncoder().encode(canonical(signed)));
  if (!good) throw new Refusal(t.bad);
  show(receipt);
}

async function run() {
  const result = byId("result");
  result.textContent = "";
  byId("content").replaceChildren();
  try {
    await check();
    result.dataset.is = "good";
    result.textContent = t.good;
  } catch (error) {
    result.dataset.is = "bad";
    result.textContent = error instanceof Refusal ? error.message : t.bad;
  }
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});

const receipt = byId("receipt");
addEventListener("dragover", (event) => {
  event.preventDefault();
  receipt.classList.add("over");
});
addEventListener("dragleave", () => receipt.classList.remove("over"));
addEventListener("drop", async (event) => {
  event.preventDefault();
  receipt.classList.remove("over");
  const [file] = event.dataTransfer.files;
  receipt.value = file ? await file.text() : event.dataTransfer.getData("text");
  await run();
});
