/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OUTPUT.md and the man page speak of every field and every format that there is. */
#include <stdlib.h>
#include <string.h>

#include "search/present/fields.h"
#include "tests/support/support.h"

static void documents_have_every_field(void **state) {
    (void)state;
    char *output_path = test_format("%s/search/present/OUTPUT.md", test_source());
    char *manual_path = test_format("%s/search/cli/ofsearch.1", test_source());
    char *output = test_read_file(output_path, NULL), *manual = test_read_file(manual_path, NULL);
    char *entry = strstr(manual, "\\-\\-fields"), *end = entry ? strstr(entry, "\n.TP\n") : NULL;
    assert_non_null(end);
    *end = '\0';
    for (size_t i = 0; i < ofsi_hit_field_count(); i++) {
        const char *name = ofsi_hit_field_at(i)->name;
        char *quoted = test_format("`%s`", name), *word = test_format(" %s ", name);
        if (!strstr(output, quoted))
            fail_msg("OUTPUT.md does not speak of %s", name);
        for (char *c = entry; *c; c++)
            *c = *c == '\n' ? ' ' : *c;
        if (!strstr(entry, word))
            fail_msg("ofsearch.1 does not speak of %s at --fields", name);
        free(quoted);
        free(word);
    }
    free(output_path);
    free(manual_path);
    free(output);
    free(manual);
}

static void documents_have_every_format(void **state) {
    (void)state;
    char *path = test_format("%s/search/cli/ofsearch.bash", test_source());
    char *script = test_read_file(path, NULL), *list = strstr(script, "--format)");
    assert_non_null(list);
    *strchr(list, '\n') = '\0';
    for (int f = 0; f < OFSI_FORMAT_COUNT; f++)
        if (!strstr(list, ofsi_format_name((ofsi_format)f)))
            fail_msg("the completion does not have --format %s", ofsi_format_name((ofsi_format)f));
    free(path);
    free(script);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_have_every_field),
        cmocka_unit_test(documents_have_every_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
