/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';

/** The screen as it is has no fault that axe knows, by WCAG 2.2 A and AA. */
/* Colours on their way from one theme to the other are neither's: what moves and will end is waited for. */
const settled = (page) =>
  page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime))
        .map((animation) => animation.finished.catch(() => {})),
    ).then(() => undefined),
  );

export async function accessible(page, what) {
  await settled(page);
  const builder = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
  /* Without a second page: everything is on one origin and there are no frames. */
  const { violations } = await builder.setLegacyMode().analyze();
  const told = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join('\n  ')}`);
  assert.deepEqual(told, [], what);
}
