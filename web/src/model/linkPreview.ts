/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a message links to, and what a page says of itself: both in the words of strangers. */
import { linkify } from "./linkify";
import type { MediaFile } from "./sealedFile";
import { stripReplyFallback, type Body, type Content } from "./timeline";

export const previewsType = "org.matrix.room.preview_urls";

/** Only these words allow it (docs/rooms.md); an encrypted room has none whatever it says. */
export const allowsPreviews = (content: Content | undefined, encrypted: boolean): boolean =>
    !encrypted && content?.["disable"] === false;

const named = { amp: "&", quot: '"', lt: "<", gt: ">" } as const;
const unescape = (text: string): string => text.replace(/&(amp|quot|lt|gt);/g, (_, name: keyof typeof named) => named[name]);

/** A link of formatted text whose address isn't among its words. */
function linkInHtml(html: string): string | undefined {
    const own = html.replace(/<(mx-reply|blockquote)\b[\s\S]*?<\/\1>/gi, "");
    const address = /<a\s[^>]*?\bhref\s*=\s*"(https?:\/\/[^"]+)"/i.exec(own)?.[1];
    return address && unescape(address);
}

/** What is no page but somebody's or some room's address. */
const isPage = (address: string): boolean => /^https?:\/\//i.test(address) && !/^https?:\/\/matrix\.to\//i.test(address);

/** The first page a message links to, as it is written there: the server looks for these very letters. */
export function linkOf(body: Body): string | undefined {
    if (body.kind !== "text") return undefined;
    const inText = linkify(stripReplyFallback(body.text)).find((span) => "href" in span && isPage(span.text))?.text;
    const inHtml = inText ?? (body.html ? linkInHtml(body.html) : undefined);
    return inHtml && isPage(inHtml) && URL.canParse(inHtml) ? inHtml : undefined;
}

export interface LinkPreview {
    title: string;
    /** Where it is, and the site's own name for itself. */
    site: string;
    description: string;
    image?: MediaFile;
}

const longest = 300;
const line = (value: unknown): string => (typeof value === "string" ? value.replace(/\s+/g, " ").trim().slice(0, longest) : "");

/** What the server found out of a page. Nothing: it says nothing that is worth a card. */
export function readPreview(answer: Content, link: string): LinkPreview | undefined {
    const title = line(answer["og:title"]);
    const description = line(answer["og:description"]);
    const host = new URL(link).host;
    const name = line(answer["og:site_name"]);
    const mxc = answer["og:image"];
    const type = line(answer["og:image:type"]);
    const image = typeof mxc === "string" && mxc.startsWith("mxc://") ? { image: { mxc, type } } : {};
    if (!title && !description && !("image" in image)) return undefined;
    /* A name is the page's claim: it never stands without where the page is, nor pushes that off the card. */
    return { title: title || host, site: name && name !== host ? `${host} · ${name}` : host, description, ...image };
}
