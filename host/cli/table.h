/* SPDX-License-Identifier: Apache-2.0 */
/* A table of text whose columns are as wide as what is in them. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "colour.h"
#include "message.h"

#define TABLE_COLUMNS_MOST 20
#define TABLE_CELL_BYTES 64

typedef struct table_column {
    const char *title;
    bool left; /**< its cells stand at the left, not at the right */
} table_column;

typedef struct table_line {
    char cells[TABLE_COLUMNS_MOST][TABLE_CELL_BYTES];
    colour colours[TABLE_COLUMNS_MOST];
    size_t used;  /**< columns of this line; it ends after them */
    message rest; /**< what stands behind them */
} table_line;

/** Writes row number `row` of `table`; the line is zeroed, and `used` are all columns. */
typedef void (*table_fill)(const void *table, size_t row, table_line *to);

/** Prints the titles and the rows on stdout. */
void table_print(const table_column *columns, size_t count, const void *table, size_t rows, table_fill fill);

#endif
