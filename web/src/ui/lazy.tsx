/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Spinner } from "./Spinner";

/** A component whose code is fetched when it is first shown. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
    let loaded: ComponentType<P> | undefined;
    return function Lazy(props: P) {
        const [, again] = useState(0);
        useEffect(() => {
            if (!loaded)
                void load().then((component) => {
                    loaded = component;
                    again(1);
                });
        }, []);
        const Component = loaded;
        return Component ? (
            <Component {...props} />
        ) : (
            <div class="centered">
                <Spinner large />
            </div>
        );
    };
}
