/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void message_set(message *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(to->text, sizeof(to->text), format, arguments);
    va_end(arguments);
}

void message_add(message *to, const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(to->text);
    va_start(arguments, format);
    (void)vsnprintf(to->text + used, sizeof(to->text) - used, format, arguments);
    va_end(arguments);
}
