/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks come back; what is cut, longer or of another size is refused; and the two libraries that a build may use read each
 * other's streams: the source is compiled here once more with zlib alone, whatever the build uses.
 */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/format/deflate.h"

#undef OFS_WITH_LIBDEFLATE
#define ofsi_deflater       zlib_deflater
#define ofsi_deflater_open  zlib_deflater_open
#define ofsi_deflater_close zlib_deflater_close
#define ofsi_deflate        zlib_deflate
#define ofsi_inflate        zlib_inflate
typedef struct zlib_deflater zlib_deflater;
zlib_deflater *zlib_deflater_open(void);
void zlib_deflater_close(zlib_deflater *deflater);
ofs_status zlib_deflate(zlib_deflater *deflater, ofsi_span block, ofsi_buf *out, ofs_error *err);
ofs_status zlib_inflate(ofsi_span packed, char *to, size_t size, ofs_error *err);
#include "indexer/format/deflate.c" /* NOLINT(bugprone-suspicious-include) */
#undef ofsi_deflater
#undef ofsi_deflater_open
#undef ofsi_deflater_close
#undef ofsi_deflate
#undef ofsi_inflate

static ofsi_span random_text(test_rng *rng, char *room, size_t size) {
    for (size_t i = 0; i < size; i++)
        room[i] = test_rng_chance(rng, 80) && i > 40 ? room[i - 40] : (char)test_rng_below(rng, 256);
    return (ofsi_span){room, size};
}

static void either_reads_what_the_other_wrote(void **state) {
    (void)state;
    enum { MOST = 40000 };
    test_rng rng = test_rng_start(11);
    char *text = malloc(MOST), *back = malloc(MOST);
    ofsi_deflater *ours = ofsi_deflater_open();
    zlib_deflater *theirs = zlib_deflater_open();
    ofsi_buf packed = {0};
    ofs_error err;
    assert_true(text && back && ours && theirs);
    for (int round = 0; round < 60; round++) {
        ofsi_span block = random_text(&rng, text, test_rng_between(&rng, 1, MOST));
        assert_int_equal(ofsi_deflate(ours, block, &packed, &err), OFS_OK);
        assert_int_equal(zlib_inflate(ofsi_buf_span(&packed), back, block.size, &err), OFS_OK);
        assert_memory_equal(text, back, block.size);
        assert_int_equal(ofsi_inflate(ofsi_buf_span(&packed), back, block.size, &err), OFS_OK);
        assert_memory_equal(text, back, block.size);
        assert_int_equal(zlib_deflate(theirs, block, &packed, &err), OFS_OK);
        memset(back, 0, block.size);
        assert_int_equal(ofsi_inflate(ofsi_buf_span(&packed), back, block.size, &err), OFS_OK);
        assert_memory_equal(text, back, block.size);
    }
    ofsi_deflater_close(ours);
    zlib_deflater_close(theirs);
    ofsi_buf_free(&packed);
    free(text);
    free(back);
}

static void what_is_no_such_block_is_refused(void **state) {
    (void)state;
    test_rng rng = test_rng_start(12);
    char text[3000], back[3001];
    ofsi_span block = random_text(&rng, text, sizeof text);
    ofsi_deflater *ours = ofsi_deflater_open();
    ofsi_buf packed = {0};
    ofs_error err;
    assert_non_null(ours);
    assert_int_equal(ofsi_deflate(ours, block, &packed, &err), OFS_OK);
    ofsi_span whole = ofsi_buf_span(&packed);
    for (size_t size = 0; size < whole.size; size += 97) {
        assert_int_equal(ofsi_inflate((ofsi_span){whole.data, size}, back, block.size, &err), OFS_E_CORRUPT);
        assert_int_equal(zlib_inflate((ofsi_span){whole.data, size}, back, block.size, &err), OFS_E_CORRUPT);
    }
    ofsi_buf_byte(&packed, 0);
    assert_int_equal(ofsi_inflate(ofsi_buf_span(&packed), back, block.size, &err), OFS_E_CORRUPT);
    assert_int_equal(zlib_inflate(ofsi_buf_span(&packed), back, block.size, &err), OFS_E_CORRUPT);
    packed.size--;
    for (int by = -1; by <= 1; by += 2) {
        size_t size = (size_t)((long)block.size + by);
        assert_int_equal(ofsi_inflate(ofsi_buf_span(&packed), back, size, &err), OFS_E_CORRUPT);
        assert_int_equal(zlib_inflate(ofsi_buf_span(&packed), back, size, &err), OFS_E_CORRUPT);
    }
    ofsi_deflater_close(ours);
    ofsi_buf_free(&packed);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(either_reads_what_the_other_wrote),
                                       cmocka_unit_test(what_is_no_such_block_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
