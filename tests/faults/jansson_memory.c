/* SPDX-License-Identifier: Apache-2.0 */
/* Jansson takes its memory from the program it is in, where it can be refused. */
#include <jansson.h>
#include <stdlib.h>

__attribute__((constructor)) static void give_memory(void)
{
    json_set_alloc_funcs(malloc, free);
}
