/* SPDX-License-Identifier: AGPL-3.0-or-later */
// matrix-js-sdk counts on Promise.withResolvers, which Node has from 22 on.
Promise.withResolvers ??= function withResolvers() {
  let resolve, reject;
  const promise = new this((done, fail) => ([resolve, reject] = [done, fail]));
  return { promise, resolve, reject };
};
