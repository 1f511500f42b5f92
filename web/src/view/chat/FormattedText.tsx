/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { safeAddress } from "../../model/linkify";
import { leaveTo } from "../../state/dialogs";

const allowed = {
    ALLOWED_TAGS: (
        "b strong i em u s del code pre p br blockquote ul ol li h1 h2 h3 h4 h5 h6 a span hr sub sup " +
        "table thead tbody tr th td"
    ).split(" "),
    ALLOWED_ATTR: ["href", "start"],
    ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
    FORBID_CONTENTS: ["mx-reply", "style", "script"],
};

/** Formatted text of others, made harmless; until the cleaner is loaded, and without it, the plain text. */
export function FormattedText({ html, plain }: { html: string; plain: ComponentChildren }) {
    const [clean, setClean] = useState<string>();
    useEffect(() => {
        let current = true;
        void import("dompurify").then(({ default: purify }) => {
            if (current) setClean(purify.sanitize(html, allowed));
        });
        return () => void (current = false);
    }, [html]);
    if (clean === undefined) return <>{plain}</>;
    const follow = (event: MouseEvent) => {
        const href = (event.target as Element).closest("a")?.getAttribute("href");
        if (!href) return;
        event.preventDefault();
        const address = safeAddress(href);
        if (address) leaveTo(address);
    };
    return <div class="formatted" onClick={follow} dangerouslySetInnerHTML={{ __html: clean }} />;
}
