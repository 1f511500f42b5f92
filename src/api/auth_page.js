/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The page of one stage of authentication (spec "Fallback"): asks for a code where the stage needs one, hands the answer
// to the server, and tells the app that opened the page.
"use strict";

const form = document.querySelector("form");
const { stage, session, ask } = form.dataset;
const alertBox = document.getElementById("failed");
const clientSecret = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
let sent = null;

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

const field = (name) => form.elements.namedItem(name)?.value.trim() ?? "";

async function askForCode() {
  const contact = form.elements.namedItem("email") ?? form.elements.namedItem("number");
  const to = contact.name === "email"
    ? { email: field("email") }
    : { country: "", phone_number: field("number").replaceAll(/\s/g, "") };
  sent = await post(ask, { client_secret: clientSecret, send_attempt: 1, ...to });
  for (const part of form.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== "code";
  const code = form.elements.namedItem("code");
  contact.required = false;
  code.required = true;
  code.focus();
}

async function answerOf() {
  const auth = { type: stage, session };
  if (ask) {
    const proof = { client_secret: clientSecret, sid: sent.sid };
    await post(new URL(sent.submit_url, location.origin).pathname, { ...proof, token: field("code") });
    return { ...auth, threepid_creds: proof };
  }
  for (const name of ["password", "token", "org.parley.language", "org.parley.sha256"]) {
    const given = form.elements.namedItem(name);
    if (given) auth[name] = given.value;
  }
  return auth;
}

async function complete() {
  await post(location.pathname + location.search, await answerOf());
  form.remove();
  document.getElementById("done").hidden = false;
  if (window.onAuthDone) {
    window.onAuthDone();
  } else if (window.opener && window.opener.postMessage) {
    window.opener.postMessage("authDone", "*");
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  alertBox.hidden = true;
  button.disabled = true;
  try {
    await (ask && !sent ? askForCode() : complete());
  } catch {
    alertBox.hidden = false;
  }
  button.disabled = false;
});
