/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <stdio.h>
#include <string.h>

static void get_line(const void *table, size_t row, table_fill fill, size_t count, table_line *line)
{
    memset(line, 0, sizeof(*line));
    line->used = count;
    fill(table, row, line);
}

static void print_cell(const table_column *column, bool first, bool last, const char *text, size_t width, colour in)
{
    (void)fputs(first ? "" : "  ", stdout);
    colour_begin(stdout, in);
    if (column->left && last) {
        (void)fputs(text, stdout);
    } else {
        (void)printf("%*s", column->left ? -(int)width : (int)width, text);
    }
    colour_end(stdout, in);
}

void table_print(const table_column *columns, size_t count, const void *table, size_t rows, table_fill fill)
{
    size_t widths[TABLE_COLUMNS_MOST] = {0};
    size_t row, i;
    table_line line;
    for (i = 0; i < count; i++) {
        widths[i] = strlen(columns[i].title);
    }
    for (row = 0; row < rows; row++) {
        get_line(table, row, fill, count, &line);
        for (i = 0; i < line.used; i++) {
            size_t width = strlen(line.cells[i]);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    for (i = 0; i < count; i++) {
        print_cell(&columns[i], i == 0, i + 1 == count, columns[i].title, widths[i], COLOUR_PLAIN);
    }
    (void)printf("\n");
    for (row = 0; row < rows; row++) {
        get_line(table, row, fill, count, &line);
        for (i = 0; i < line.used; i++) {
            print_cell(&columns[i], i == 0, i + 1 == line.used && line.rest.text[0] == '\0', line.cells[i], widths[i],
                       line.colours[i]);
        }
        (void)printf("%s%s\n", line.rest.text[0] == '\0' ? "" : "  ", line.rest.text);
    }
}
