/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands' JSON files have in common. A part that could not be made is NULL, and makes the whole NULL. */
#ifndef CLI_JSON_PARTS_H
#define CLI_JSON_PARTS_H

#include <jansson.h>

#include "compare_cases.h"
#include "output_file.h"
#include "target.h"

/** The index and name. */
json_t *json_target(const target *of);

/** The name, geometry and mode. */
json_t *json_case(const compare_case *of);

/** What chose a strategy, in a word. */
const char *json_chosen_by(clpool_chosen_by by);

/** Adds the members of the object `part` to those of `whole`, and drops it. */
json_t *json_joined(json_t *whole, json_t *part);

/** Adds an element to the array `list`, which takes it over. */
json_t *json_appended(json_t *list, json_t *element);

/** The JSON as text, which the caller frees; NULL where memory is short. */
char *json_text(const json_t *whole);

/** Writes the JSON and a line feed, and drops it. NULL is a lack of memory. */
exit_code json_write(json_t *whole, output_file *file);

#endif
