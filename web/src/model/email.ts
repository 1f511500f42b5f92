/* SPDX-License-Identifier: AGPL-3.0-or-later */
/** Whether it looks like an e-mail address; the server has the last word. */
export const looksLikeEmail = (text: string): boolean => /^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(text.trim());
