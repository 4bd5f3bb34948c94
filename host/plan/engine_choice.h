/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine runs for a problem: by name, by what was measured, or by the order of the table. */
#ifndef CLPOOL_PLAN_ENGINE_CHOICE_H
#define CLPOOL_PLAN_ENGINE_CHOICE_H

#include "device/engine.h"
#include "plan/strategies.h"

/** Errors: CLPOOL_DEVICE_LACKS where the device has not the problem's dtype. */
clpool_status engine_check_dtype(const clpool_engine *engine, const struct geometry *geometry);

/** By `name`, with values of parameters behind it, where it is not NULL; else by the engine's tuning, and else the
 * first strategy that takes the problem and suits the device. Errors as clpool_plan_create(). */
clpool_status engine_choose(const clpool_engine *engine, clpool_op op, const char *name,
                            const struct geometry *geometry, struct choice *choice);

#endif
