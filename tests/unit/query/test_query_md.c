/* SPDX-License-Identifier: GPL-3.0-or-later */
/* QUERY.md tells the truth: every query in its tables is written back, or refused, as it says there. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "search/query/tree.h"

typedef enum table { NO_TABLE, DEFAULT, ANY, PLAIN, REFUSED } table;

typedef struct row {
    char *query, *second, *third; /* cells without their backquotes */
} row;

static table find_table(const char *line) {
    static const struct {
        const char *start;
        table table;
    } heads[] = {{"| query | interpreted |", DEFAULT},
                 {"| with `--any` | interpreted |", ANY},
                 {"| with `--plain` | interpreted |", PLAIN},
                 {"| query | place |", REFUSED}};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (strncmp(line, heads[i].start, strlen(heads[i].start)) == 0)
            return heads[i].table;
    return NO_TABLE;
}

/* Blanks and backquotes cut off at both ends, in place. */
static char *strip(char *cell) {
    char *end = cell + strlen(cell);
    while (end > cell && (end[-1] == ' ' || end[-1] == '`'))
        *--end = '\0';
    while (*cell == ' ' || *cell == '`')
        cell++;
    return cell;
}

static row split(char *line) {
    char *cells[3] = {NULL, NULL, NULL}, *at = line + 1;
    for (int i = 0; i < 3; i++) {
        char *bar = strchr(at, '|');
        if (!bar)
            fail_msg("a row with less than three cells: %s", line);
        *bar = '\0';
        cells[i] = strip(at);
        at = bar + 1;
    }
    return (row){cells[0], cells[1], cells[2]};
}

static char *print(const ofsi_node *root) {
    ofsi_buf out = {0};
    ofsi_query_print(root, &out);
    ofsi_buf_byte(&out, 0);
    assert_false(out.failed);
    return out.data;
}

static void check_written_back(row r, table kind) {
    ofsi_arena arena = {0};
    ofsi_query_options options = {.any = kind == ANY, .plain = kind == PLAIN};
    ofsi_node *root, *again;
    ofs_error err;
    if (ofsi_query_parse(ofsi_span_of(r.query), &options, &arena, &root, &err))
        fail_msg("%s: %s", r.query, err.message);
    char *printed = print(root);
    if (strcmp(printed, r.second) != 0)
        fail_msg("%s\n  is written back %s\n  and should be   %s", r.query, printed, r.second);
    assert_int_equal(ofsi_query_parse(ofsi_span_of(printed), NULL, &arena, &again, &err), OFS_OK);
    assert_true(ofsi_query_equal(root, again));
    free(printed);
    ofsi_arena_free(&arena);
}

static void check_refused(row r) {
    ofsi_arena arena = {0};
    ofsi_node *root;
    ofs_error err;
    ofs_status status = ofsi_query_parse(ofsi_span_of(r.query), NULL, &arena, &root, &err);
    if (status != OFS_E_QUERY && status != OFS_E_LIMIT)
        fail_msg("%s is not refused", r.query);
    if (strcmp(err.message, r.third) != 0 || err.offset != strtol(r.second, NULL, 10))
        fail_msg("%s\n  is refused at %d: %s\n  and should be at %s: %s", r.query, (int)err.offset,
                 err.message, r.second, r.third);
    assert_true(err.offset + err.length <= (int64_t)strlen(r.query));
    assert_null(root);
    ofsi_arena_free(&arena);
}

static void every_example_of_the_description_holds(void **state) {
    (void)state;
    char *path = test_format("%s/search/query/QUERY.md", test_source());
    char *text = test_read_file(path, NULL), *next = NULL;
    table kind = NO_TABLE;
    int count = 0;
    for (char *line = text; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (line[0] != '|') {
            kind = NO_TABLE;
        } else if (kind == NO_TABLE) {
            kind = find_table(line);
        } else if (strncmp(line, "|---", 4) != 0) {
            count++;
            if (kind == REFUSED)
                check_refused(split(line));
            else
                check_written_back(split(line), kind);
        }
    }
    assert_true(count > 110);
    free(text);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_example_of_the_description_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
