/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Noise for differentially private counts (obligation 1.23), drawn exactly: whole numbers and fractions of whole
 * numbers only. Floating-point noise gives away, in its last bits, which count it was added to (Mironov, "On
 * significance of the least significant bits for differential privacy", 2012).
 */
#ifndef PRIVACY_NOISE_H
#define PRIVACY_NOISE_H

#include "base/env.h"

/* A whole number x with probability proportional to e^(-|x| / (t / s)): the discrete Laplace distribution of scale t /
 * s, by algorithm 2 of Canonne, Kamath and Steinke, "The discrete Gaussian for differential privacy", 2020. 0 < s, t <
 * 2^32. A count that one person changes by at most d becomes (s / t · d)-differentially private by it. */
int64_t noise_laplace(struct env *env, uint64_t t, uint64_t s);

#endif
