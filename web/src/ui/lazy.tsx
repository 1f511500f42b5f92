/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Spinner } from "./Spinner";

const spinning = () => (
    <div class="centered">
        <Spinner large />
    </div>
);

/** A component whose code is fetched when it is first shown; until then `meanwhile` is. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>, meanwhile: () => ComponentChildren = spinning): ComponentType<P> {
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
        return Component ? <Component {...props} /> : <>{meanwhile()}</>;
    };
}
