/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One file a scenario. Each prepares its users and rooms, measures, and fills the report; false after saying why not.
 */
#ifndef BENCH_SCENARIOS_H
#define BENCH_SCENARIOS_H

#include "load/population.h"
#include "load/process.h"
#include "load/report.h"

bool scenario_talk(struct population *population, struct report *report); /* send, fan-out */
bool scenario_to_device(struct population *population, struct report *report);
bool scenario_idle(struct population *population, struct report *report);
bool scenario_first_sync(struct population *population, struct report *report);
bool scenario_join(struct population *population, struct report *report);
bool scenario_push(struct population *population, struct report *report);
bool scenario_search(struct population *population, struct report *report);
bool scenario_keys(struct population *population, struct report *report);
bool scenario_seed(struct population *population, struct report *report);

#endif
