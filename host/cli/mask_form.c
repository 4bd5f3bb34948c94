/* SPDX-License-Identifier: Apache-2.0 */
#include "mask_form.h"

#include <string.h>

static const char *const names[] = {
    [CLPOOL_MASK_WINDOW] = "window",
    [CLPOOL_MASK_PLANE_I32] = "plane_i32",
    [CLPOOL_MASK_PLANE_I64] = "plane",
    [CLPOOL_MASK_TENSOR] = "tensor",
    [CLPOOL_MASK_TENSOR_COLMAJOR] = "tensor_colmajor",
    [CLPOOL_MASK_WINDOW_2BIT] = "window_2bit",
    [CLPOOL_MASK_WINDOW_4BIT] = "window_4bit",
};
#define MASK_FORMS (sizeof(names) / sizeof(names[0]))

const char *mask_form_name(clpool_mask_form form)
{
    return names[form];
}

const char *word_of_mask_form(size_t index)
{
    return index < MASK_FORMS ? names[index] : NULL;
}

bool mask_form_parse(const char *text, clpool_mask_form *form, message *why)
{
    size_t index = 0;
    const bool found = word_find(word_of_mask_form, text, strlen(text), &index, why);
    *form = (clpool_mask_form)index;
    return found;
}
