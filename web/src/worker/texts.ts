/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The few words the worker needs: the app's own would be a file more to load before anything can be shown. */
export interface Texts {
    news: string;
    unread: (count: number) => string;
}

const en: Texts = {
    news: "There is something new",
    unread: (count) => (count === 1 ? "1 unread message" : `${count} unread messages`),
};
const zh: Texts = {
    news: "有新内容",
    unread: (count) => `${count} 条未读消息`,
};

export const textsFor = (language: unknown): Texts => (typeof language === "string" && /^zh\b/i.test(language) ? zh : en);
